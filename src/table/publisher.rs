//! Whose document it is: the department as the lines over the tables, the cover and the titles name it.

use std::cell::LazyCell;
use std::sync::LazyLock;

use regex::Regex;

use super::line::body_with_code;
use super::outline::Outline;
use crate::record::{join_key, pattern, region_in, squash};
use crate::source::TextLine;

/// The department that a line names: 部门名称：….
fn named(line: &TextLine) -> Option<String> {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:编制|填报|预算|预算主管|公开)?(?:部门|单位)(?:\(单位\))?(?:名称)?(?:\(公章\))?:(.{2,60}?)(?:20\d{2}年度?)?(?:单位:.*|金额单位.*)?$",
        )
    });
    let key = join_key(&line.text);
    let Some(found) = NAMED.captures(&key) else { return body_with_code(&line.text) };
    let name = found.get(1)?.as_str();
    if name.ends_with('元') {
        return None;
    }
    // The name as printed keeps its own brackets.
    let printed = squash(&line.text);
    let from = printed.find([':', '：']).and_then(|i| printed.get(i..)).unwrap_or(&printed);
    Some(from.chars().skip(1).take(name.chars().count()).collect())
}

/// Whose table it is, as the lines over it tell.
pub(super) fn owner(notes: &[TextLine]) -> Option<String> {
    notes.iter().find_map(named)
}

/// The department that the lines over the tables name most often, of equally frequent ones the first; else the one in a
/// title; else the cover's, which is `on_cover`.
pub(super) fn department(outline: &Outline, on_cover: Option<&str>) -> Option<String> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    let notes = outline.sections.iter().flat_map(|s| &s.notes);
    let first = outline.narrative.iter().take(COVER).filter(|l| l.text.chars().count() <= 40);
    for name in notes.chain(first).filter_map(named) {
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let most = counts.iter().map(|(_, n)| *n).max();
    let over_tables = counts.iter().find(|(_, n)| Some(*n) == most).map(|(name, _)| name.clone());
    // 本表反映部门年度总体收支预算情况。 is no title.
    let sentence = |l: &&TextLine| {
        l.text.contains(['。', '；', '！']) || l.text.starts_with("本表") || l.text.starts_with("本预算")
    };
    let lines = outline.narrative.iter().take(COVER).filter(|l| !sentence(l));
    let lines: Vec<String> = lines.map(|l| squash(&l.text).into_owned()).collect();
    let cover = on_cover.map(str::to_owned);
    let found = over_tables.or_else(|| lines.iter().find_map(|l| department_in_title(l))).or_else(|| {
        // A cover in two lines: the name, then `2023年度部门预算`.
        static BARE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(关于)?20\d{2}年(度)?(部门|单位)(预算|决算)"));
        lines.windows(2).find(|w| w.get(1).is_some_and(|t| BARE.is_match(t))).and_then(|w| w.first().cloned())
    });
    let Some(found) = found else { return cover };
    // The same name with the region before it; a cover in several lines may have more: 中共某市委 / 社会工作部.
    let titles = lines.iter().filter(|l| l.contains(&found)).filter_map(|l| department_in_title(l));
    let printed = counts.into_iter().map(|(name, _)| name).chain(titles);
    let printed = printed.filter(|name| name.strip_suffix(found.as_str()).is_some_and(is_region));
    let cover = cover.filter(|name| name.ends_with(found.as_str()));
    Some(printed.chain(cover).max_by_key(String::len).unwrap_or(found))
}

/// Lines of the narrative among which the cover is looked for.
const COVER: usize = 30;

/// Whether what stands before a name is a region's, perhaps with its government: 上海市普陀区, 上海市普陀区人民政府.
fn is_region(prefix: &str) -> bool {
    let place = prefix.strip_suffix("人民政府").unwrap_or(prefix);
    region_in(place).is_some_and(|region| region == place)
}

/// The title that a cover prints in several lines, and the department's name in it: 上海市普陀区人民政府 / 石泉路街道办事处 2025 /
/// 年度部门决算. The longest one whose name stands elsewhere in the document too, or begins with a region in a line of its own.
pub(super) fn cover(outline: &Outline) -> Option<(String, String)> {
    static LAST: LazyLock<Regex> = LazyLock::new(|| pattern(r"(部门|单位)(预算|决算)(公开|说明|公开说明)?$"));
    static PIECE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[^，。；：:、|>]{2,30}$"));
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^(目录|第[一二三四五六七八九十]+部分|附件)|预算|决算|公开|专栏|首页|情况|20\d\d年?度?[^年度\d]")
    });
    static BARE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(20\d\d)?年?(度)?(部门|单位)"));
    let texts = || outline.narrative.iter().map(|l| squash(&l.text));
    let lines: Vec<String> = texts().take(COVER).map(std::borrow::Cow::into_owned).collect();
    let last = lines.iter().position(|l| LAST.is_match(l) && l.chars().count() <= 40)?;
    let before = lines.get(..last)?;
    let piece = |l: &&String| PIECE.is_match(l) && !OTHER.is_match(l);
    let pieces = before.iter().rev().take(3).take_while(piece).count();
    let elsewhere = LazyCell::new(|| texts().skip(last + 1).collect::<String>());
    (1..=pieces).rev().find_map(|count| {
        let lines = lines.get(last - count..=last)?;
        let title = lines.concat();
        let name = department_in_title(&title)?;
        // The name itself is the last line but one, or begins the last.
        let own = usize::from(lines.last().is_some_and(|last| BARE.is_match(last)));
        let regions = lines.get(..count - own).unwrap_or_default();
        let in_region = !regions.is_empty() && regions.iter().all(|line| is_region(line));
        (elsewhere.contains(&name) || in_region).then_some((title, name))
    })
}

/// Whether a line that names the department is a title of the document: no line of a sentence, no heading of a part.
pub(super) fn is_title(line: &str) -> bool {
    static TITLE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(预算|决算)(数据|信息)?(公开)?(公开|草案|文本|报告|报表|表|编制)?(的?说明|情况|情况说明)?$")
    });
    static PART: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^第[一二三四五六七八九十]+部分|^[一二三四五六七八九十\d]+[、.．]"));
    TITLE.is_match(line) && !PART.is_match(line) && !line.contains([':', '：'])
}

/// The name in a title such as `某某局2023年度部门预算` or `2023年某某局部门预算`.
pub(super) fn department_in_title(title: &str) -> Option<String> {
    static TITLE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            // The number of a file or an attachment, the year.
            r"^(?:附件)?(?:[(（][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、|\d{1,3})?[.．、:：_-]*(?:20\d{2}年度?)?",
            r"([^\d，。：:“”\x22、(（/\\`|=][^\d，。：:“”\x22、/\\`|=]{2,39}?)(?:关于)?(?:20\d{2}年?度?)?(?:部门|单位|收支)?",
            r"(?:(?:预算|决算)(?:公开|说明|编制|报告|文本|信息|重点|表|情况|及|[^\p{Han}]|$)|",
            r"(?:预算|决算)?(?:一般公共预算)?(?:财政拨款)?[“”\x22]?三公[“”\x22]?经费",
            r"(?:支出|财政拨款)*(?:预算|决算|公开|信息|情况|说明|表|$))"
        ))
    });
    let title = squash(title);
    let name = TITLE.captures(&title)?.get(1)?.as_str();
    // 纳入某市甲局2024年度部门决算编制范围的单位
    let name = name.strip_prefix("纳入").unwrap_or(name);
    let name = name.strip_suffix("部门").unwrap_or(name);
    let name = ["(汇总)", "（汇总）"].iter().find_map(|whole| name.strip_suffix(whole)).unwrap_or(name);
    let generic = [
        "收支",
        "收入",
        "支出",
        "财政拨款",
        "一般公共",
        "政府性",
        "国有",
        "项目",
        "三公",
        "第",
        "关于",
        "本部门",
        "本单位",
        "我",
        "部门",
        "单位",
        "费",
    ];
    // A body has a Chinese name: the heading of a manual (yusuan 预算) names none.
    let chinese = name.chars().filter(|c| ('一'..='龥').contains(c)).count();
    (chinese >= 2 && name.chars().count() >= 3 && !generic.iter().any(|g| name.starts_with(g) || name.ends_with(g)))
        .then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_in_several_lines_names_the_department_and_other_lines_do_not() {
        let read = |cover: &str, body: &str| {
            let outline = Outline::read("x.txt", &format!("{cover}\n\n{body}\n"));
            let (title, name) = super::cover(&outline).unzip();
            (department(&outline, name.as_deref()).unwrap_or_default(), title.unwrap_or_default())
        };
        let office = "某省某市甲区人民政府乙路街道办事处";
        let body = format!("{office}2024年度收入支出总计100万元。");
        for cover in [
            "某省某市甲区人民政府\n乙路街道办事处 2024\n年度部门决算",
            "某省某市甲区人民政府\n乙路街道办事处 2024 年度部门决算",
            "某省某市甲区人民政府乙路街道办事处\n2024年度\n部门决算公开",
        ] {
            let (name, title) = read(cover, &body);
            assert_eq!(name, office, "{cover}");
            assert!(title.starts_with(office), "{title}");
        }
        assert_eq!(
            read("中共某市甲区委\n社会工作部\n2024年度部门决算", "中共某市甲区委社会工作部收入100万元。").0,
            "中共某市甲区委社会工作部"
        );
        assert_eq!(read("某市甲区\n文化和旅游局\n2024年度部门决算", "本年收入100万元。").0, "某市甲区文化和旅游局");
        for cover in ["某市政府信息公开\n教育局\n2024年部门预算", "某市2024年预算公开专栏\n教育局2024年部门预算"]
        {
            assert!(read(cover, "本年收入100万元。").0.ends_with("教育局"), "{cover}");
            assert_eq!(read(cover, "本年收入100万元。").1, "", "{cover}");
        }
        let sentence = "某省水利厅\n2024年度部门预算\n本表反映部门年度总体收支预算情况。";
        assert_eq!(read(sentence, "收入100万元。").0, "某省水利厅");
        assert_eq!(
            read(
                "某市2024年区级部门预算\n预算主管部门：某市甲区城市管理局",
                "编制部门：甲区城市管理局 单位：元\n收入100万元。"
            )
            .0,
            "某市甲区城市管理局"
        );
    }

    #[test]
    fn names_stand_in_titles() {
        assert_eq!(department_in_title("data/samples/合成示例局2023年度部门预算"), None);
        assert_eq!(department_in_title("上海市普陀区财政局2024年度部门决算").as_deref(), Some("上海市普陀区财政局"));
        assert_eq!(department_in_title("2023年洛阳市洛龙区教育局部门预算说明").as_deref(), Some("洛阳市洛龙区教育局"));
        assert_eq!(department_in_title("某市甲局2024年预算编制说明").as_deref(), Some("某市甲局"));
        for (title, name) in [
            ("泸县人民法院关于2018年部门预算编制的说明", "泸县人民法院"),
            ("贵州省黔南州荔波县人民法院2018年度部门决算及\"三公\"经费决算公开说明", "贵州省黔南州荔波县人民法院"),
            ("柳城县残疾人联合会2019年部门预算及“三公”经费预算公开说明", "柳城县残疾人联合会"),
            ("2021年湛江市人民政府行政服务中心部门决算", "湛江市人民政府行政服务中心"),
            ("2023年度岳阳市岳阳楼区枫桥湖街道办事处", ""),
            ("洛王街道办事处部门决算", "洛王街道办事处"),
            ("耿马傣族佤族自治县人民法院部门2020年度部门决算", "耿马傣族佤族自治县人民法院"),
            ("绍兴市上虞区统计局(汇总)2021年度部门决算", "绍兴市上虞区统计局"),
            ("湖北省高级人民法院（汇总）2019年部门决算公开的说明", "湖北省高级人民法院"),
            (
                "杭州市钱塘区综合行政执法局 (杭州市钱塘区城市管理局) 2021年度部门决算",
                "杭州市钱塘区综合行政执法局(杭州市钱塘区城市管理局)",
            ),
            ("纳入某市甲局2024年度部门决算编制范围的预算单位", "某市甲局"),
            ("济宁学院附属中学2024年单位预算", "济宁学院附属中学"),
            ("曾都区河道堤防建设管理处 2021 年度决算公开说明", "曾都区河道堤防建设管理处"),
            ("2020年度 舞钢市武功乡人民政府部门决算", "舞钢市武功乡人民政府"),
            ("2022年度内蒙古自治区公共资源交易中心部门决算公开", "内蒙古自治区公共资源交易中心"),
            ("8.金华市救助管理站2021年度单位决算", "金华市救助管理站"),
            ("附件1-某市甲局2024年部门预算", "某市甲局"),
            ("01某市甲局2024年部门预算公开表", "某市甲局"),
            ("（三）某市甲局2024年部门预算", "某市甲局"),
            ("三门峡市某局2024年部门预算", "三门峡市某局"),
            ("寿县司法局2022年“三公”经费预算情况", "寿县司法局"),
            ("定州市第四中学2024年收支预算", "定州市第四中学"),
            ("定州市第四中学收支预算", "定州市第四中学"),
            ("2018年山东省商业集团有限公司部门预算", "山东省商业集团有限公司"),
            ("贵州省贵阳市花溪区民政局2017年度部门决算", "贵州省贵阳市花溪区民政局"),
            ("曲靖市麒麟区教育体育局部门2021年预算重点领域财政项目文本公开", "曲靖市麒麟区教育体育局"),
            ("二、贵阳市花溪区民政局2017年度部门决算公开报表(见附表)", "贵阳市花溪区民政局"),
            ("第二部分 2023年度部门决算表", ""),
            ("2018年部门收支总表", ""),
            ("yusuan 预算", ""),
            ("三公经费支出预算表", ""),
            ("一、2022年“三公”经费预算安排情况", ""),
            ("2.单位预算构成", ""),
            ("关于2024年收支总表的说明", ""),
            ("（一）“三公”经费财政拨款支出决算总体情况说明", ""),
            ("（一）一般公共预算财政拨款支出决算总体情况", ""),
            ("十、部门预算绩效情况说明", ""),
            ("关于部门预算公开的说明", ""),
            ("本部门2023年度预算情况说明", ""),
            ("我局2023年度预算情况说明", ""),
        ] {
            assert_eq!(department_in_title(title).as_deref().unwrap_or_default(), name, "{title}");
        }
        assert_eq!(department_in_title("2023年部门收支预算表"), None);
        assert_eq!(department_in_title("一般公共预算支出预算表"), None);
    }
}
