//! Who publishes: fictitious places and their offices.

use super::random::Random;

/// Stems of cities; no place of China is meant.
const CITIES: [&str; 28] = [
    "云泽", "清岚", "东岭", "望江", "永宁", "海岳", "石桥", "沧溪", "白鹭", "青屏", "银湖", "金川", "翠屿", "南浦",
    "北辰", "西陵", "丹霞", "碧城", "紫荆", "玉衡", "长庚", "启明", "瑶光", "天枢", "凌波", "听涛", "映月", "流云",
];
const DISTRICTS: [&str; 11] =
    ["", "东城区", "西关区", "南湖区", "北岭区", "新河区", "古塔区", "长桥区", "明山县", "清源县", "双溪县"];

/// An office: its name, the section of its administration (功能分类款) and that section's class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Office {
    pub(super) name: &'static str,
    /// Its name after the reform of 2018 and 2019, where it has another.
    renamed: Option<&'static str>,
    pub(super) section: &'static str,
    pub(super) section_name: &'static str,
}

const fn office(name: &'static str, section: &'static str, section_name: &'static str) -> Office {
    Office { name, renamed: None, section, section_name }
}

const fn renamed(name: &'static str, later: &'static str, section: &'static str, section_name: &'static str) -> Office {
    Office { name, renamed: Some(later), section, section_name }
}

const OFFICES: [Office; 34] = [
    office("人民政府办公室", "20103", "政府办公厅（室）及相关机构事务"),
    office("财政局", "20106", "财政事务"),
    office("发展和改革委员会", "20104", "发展与改革事务"),
    office("教育局", "20501", "教育管理事务"),
    office("科学技术局", "20601", "科学技术管理事务"),
    office("公安局", "20402", "公安"),
    office("民政局", "20802", "民政管理事务"),
    office("司法局", "20406", "司法"),
    office("人力资源和社会保障局", "20801", "人力资源和社会保障管理事务"),
    renamed("国土资源局", "自然资源局", "22001", "自然资源事务"),
    renamed("环境保护局", "生态环境局", "21101", "环境保护管理事务"),
    office("住房和城乡建设局", "21201", "城乡社区管理事务"),
    office("城市管理局", "21201", "城乡社区管理事务"),
    office("交通运输局", "21401", "公路水路运输"),
    office("水利局", "21303", "水利"),
    renamed("农业局", "农业农村局", "21301", "农业农村"),
    office("林业局", "21302", "林业和草原"),
    office("商务局", "21602", "商业流通事务"),
    renamed("文化广电新闻出版局", "文化广电和旅游局", "20701", "文化和旅游"),
    renamed("卫生和计划生育委员会", "卫生健康委员会", "21001", "卫生健康管理事务"),
    renamed("安全生产监督管理局", "应急管理局", "22401", "应急管理事务"),
    office("审计局", "20108", "审计事务"),
    office("统计局", "20105", "统计信息事务"),
    renamed("工商行政管理局", "市场监督管理局", "20138", "市场监督管理事务"),
    office("信访局", "20140", "信访事务"),
    office("人民检察院", "20404", "检察"),
    office("人民法院", "20405", "法院"),
    office("档案局", "20126", "档案事务"),
    office("体育局", "20703", "体育"),
    office("工业和信息化局", "21505", "工业和信息产业监管"),
    office("医疗保障局", "21015", "医疗保障管理事务"),
    office("退役军人事务局", "20828", "退役军人管理事务"),
    office("机关事务管理局", "20103", "政府办公厅（室）及相关机构事务"),
    office("红十字会", "20816", "红十字事业"),
];

/// A department and the names it had.
#[derive(Clone, Debug)]
pub(super) struct Publisher {
    /// Region as the name gives it.
    pub(super) region: String,
    /// Six digits; 99 is no province.
    pub(super) region_code: String,
    /// Code within the region.
    pub(super) code: String,
    pub(super) office: Office,
    /// The first year of the later name.
    pub(super) renamed_in: Option<u16>,
}

impl Publisher {
    /// The department of this number: offices first, then districts, then cities.
    pub(super) fn new(number: usize, random: &mut Random) -> Self {
        let office = OFFICES.get(number % OFFICES.len()).copied().unwrap_or(office("财政局", "20106", "财政事务"));
        let place = number / OFFICES.len();
        let (city, district) = (place / DISTRICTS.len(), place % DISTRICTS.len());
        let stem = CITIES.get(city % CITIES.len()).copied().unwrap_or_default();
        // More places than names: 东云泽市, 西云泽市, …
        let round = ["", "东", "西", "南", "北", "上", "下", "新", "古", "大", "小"];
        let prefix = round.get((city / CITIES.len()) % round.len()).copied().unwrap_or_default();
        let region = format!("{prefix}{stem}市{}", DISTRICTS.get(district).copied().unwrap_or_default());
        Self {
            region,
            region_code: format!("99{:02}{:02}", city % 100, district),
            code: format!("{}", 101 + number % OFFICES.len() * 3),
            office,
            renamed_in: office.renamed.map(|_| if random.happens(0.5) { 2018 } else { 2019 }),
        }
    }

    /// Its name in a year.
    pub(super) fn name(&self, year: u16) -> String {
        let later = self.renamed_in.is_some_and(|from| year >= from);
        let name = self.office.renamed.filter(|_| later).unwrap_or(self.office.name);
        format!("{}{name}", self.region)
    }
}
