//! Narrative → claims: what sentences state of amounts, changes, growth, shares and counts.
//!
//! A statement is a run of clauses about one subject. The subject is the last one named before a number;
//! clauses that name none speak of the one before them, within a paragraph.

use std::ops::{ControlFlow, Range};
use std::sync::LazyLock;

use regex::Regex;

use crate::record::{Claim, join_key, pattern};
use crate::source::TextLine;

use super::claimed::{Base, add, begins_another};
use super::clause::{Clause, goes_on_listing, is_definition, is_ordinal, names_two, outside_items};
use super::counted::{Counted, counted};
use super::paragraph::{Paragraph, insertions, pieces};
use super::statement::{Compared, Stated, Statement, against_budget, base_of, may_state, statements, year_told};
use super::subject::{is_aside, is_item, is_share_of, subject_of, whole_of_share};
use super::telling::{Divided, Parts, Reason};

/// All claims of a narrative. The words of the department's names (政府采购中心) mean nothing in it, and what it tells
/// of years before the document's own (2021年度决算情况 in a budget of 2022) is no statement of this document.
pub(super) fn claims(
    lines: &[TextLine],
    names: &[String],
    fiscal_year: Option<u16>,
    is_final_account: bool,
) -> Vec<Claim> {
    let own = Compared { year: fiscal_year, is_final_account, ..Compared::default() };
    let mut claims = Vec::new();
    let mut paragraph = Paragraph::default();
    let mut of_project = false;
    // What the shares of a list are of: …支出9万元，主要用于以下方面：
    let mut divided: Option<Divided> = None;
    for line in lines {
        of_project = of_one_project(&line.text, of_project);
        if of_project {
            continue;
        }
        if !paragraph.text.is_empty() && !paragraph.is_cut_before(line) {
            paragraph.mask(names);
            divided = Reading::of(&paragraph, own, &mut claims, divided);
            paragraph = Paragraph::default();
        }
        paragraph.push(line);
    }
    paragraph.mask(names);
    Reading::of(&paragraph, own, &mut claims, divided);
    claims
}

/// Whether a line is one of a description of a single project (项目经费情况说明: 一、项目概述 … 六、年度预算安排), whose amounts
/// are not the department's; `before` tells it of the line before.
fn of_one_project(line: &str, before: bool) -> bool {
    static BEGINS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[一1](、|\.|．)项目(概述|概况|名称|简介|基本情况)"));
    static ENDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^第[一二三四五六七八九十]+部分|情况说明$|^名词解释"));
    if !before && !line.contains("项目") {
        return false;
    }
    let line = join_key(line);
    if before { !ENDS.is_match(&line) } else { BEGINS.is_match(&line) }
}

/// Bytes of the longest sentence that is read as a whole.
const LONG: usize = 12_000;

/// A paragraph being read, sentence by sentence and clause by clause.
struct Reading<'a> {
    paragraph: &'a Paragraph,
    claims: &'a mut Vec<Claim>,
    /// How many claims there were before this paragraph.
    first: usize,
    /// What the clauses speak of, as far as it is told.
    current: Claim,
    /// The whole of which the parts after 其中 are shares.
    whole: Option<Claim>,
    /// What changes are against.
    base: Option<Base>,
    /// Whether that was told since the last 。: then it holds for all that the sentence lists.
    base_is_near: bool,
    compared: Compared,
    /// Whether a reason is being told, and whether an amount in it was another one's.
    reason: Reason,
    /// Brackets with statements of their own.
    inserted: Vec<Range<usize>>,
    /// What goes on behind the brackets that are open: a claim and its whole.
    outer: Vec<(Claim, Option<Claim>)>,
    parts: Parts,
    /// What the shares of a list are of, where its items stand outside 其中.
    divided: Option<String>,
    /// Claims without a change, and the one about a part of each that is as much as the whole.
    spoken_for: Vec<(usize, Claim)>,
}

impl<'a> Reading<'a> {
    /// `divided` is what the list is of that the paragraph may be an item of; the same is told for the next one.
    fn of(
        paragraph: &'a Paragraph,
        own: Compared,
        claims: &'a mut Vec<Claim>,
        divided: Option<Divided>,
    ) -> Option<Divided> {
        static ITEM: LazyLock<Regex> = LazyLock::new(|| pattern(r#"^\(?\d{1,2}[)、.．“"]"#));
        let text = paragraph.text.as_str();
        let divided = divided.filter(|list| list.goes_on || ITEM.is_match(text)).map(|list| list.of);
        if !may_state(text) {
            return divided.map(|of| Divided { of, goes_on: false });
        }
        let mut reading = Self {
            paragraph,
            first: claims.len(),
            claims,
            current: Claim::default(),
            whole: None,
            base: None,
            base_is_near: false,
            compared: own,
            reason: Reason::None,
            inserted: insertions(text),
            outer: Vec::new(),
            parts: Parts::default(),
            divided,
            spoken_for: Vec::new(),
        };
        let mut earlier = false;
        for (at, sentence) in pieces(text, &['。', ';', '；', '!'], &[]) {
            let ended = text.get(..at).is_some_and(|before| before.ends_with('。'));
            if ended {
                reading.parts = Parts::default();
                reading.base_is_near = false;
            }
            // 一是…；二是…: reasons go on.
            if ended || !goes_on_listing(sentence) {
                reading.reason = Reason::None;
            }
            earlier = match year_told(sentence).zip(own.year) {
                Some((told, own)) => told < own,
                None => earlier && (!ended || sentence.starts_with("其中")),
            };
            if earlier {
                reading.finish();
            } else {
                reading.sentence(at, sentence);
                reading.count(at, sentence);
            }
        }
        reading.finish();
        while let Some((before, whole)) = reading.outer.pop() {
            (reading.current, reading.whole) = (before, whole);
            reading.finish();
        }
        reading.complete_wholes();
        // …合计9万元，其中：某某收入5万元，占56%； and a paragraph for each other part.
        let goes_on = text.ends_with([';', '；']);
        let whole = reading.whole.filter(|_| goes_on).map(|whole| whole.subject);
        let of = reading.divided.filter(|_| goes_on || ITEM.is_match(text) || text.ends_with([':', '：'])).or(whole)?;
        Some(Divided { of, goes_on })
    }

    fn sentence(&mut self, at: usize, sentence: &str) {
        // 办公费、水费等支出, but 高等教育.
        static LIST_ENDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(^|[^高中初平同])等([^级于]|$)"));
        if let Some(base) = base_of(sentence) {
            self.base = Some(base);
            self.base_is_near = true;
        }
        self.compared.own_budget = false;
        let (mut listed, mut aside, mut joint) = (false, false, false);
        let ends = self.inserted.iter().flat_map(|bracket| [bracket.start, bracket.end]);
        let breaks: Vec<usize> = ends.filter_map(|end| end.checked_sub(at)).collect();
        for (clause_at, text) in pieces(sentence, &[',', '，', '、', ':', '：'], &breaks) {
            let offset = at + clause_at;
            self.cross_bracket(offset);
            self.parts.of_unknown |= self.parts.unknown && text.contains("其中");
            if self.parts.of_unknown {
                continue;
            }
            let lists = text.ends_with('、') && !is_ordinal(text);
            let in_list = std::mem::replace(&mut listed, lists) || listed || LIST_ENDS.is_match(outside_items(text));
            // A list without end is no sentence: each of its clauses is read by itself.
            let around = if sentence.len() > LONG { text } else { sentence };
            let stated = statements(text, around, &mut self.compared);
            let head = text.get(..stated.first().map_or(text.len(), |s| s.number.start)).unwrap_or(text);
            // “三公”经费、会议费、培训费共30万元: of none of them alone.
            let names = lists && stated.is_empty() && subject_of(head).is_some();
            let has_figure = stated.iter().any(|s| !matches!(s.value, Stated::Unchanged));
            if (std::mem::replace(&mut joint, names) || names_two(head)) && has_figure {
                self.finish();
                continue;
            }
            let changed =
                (self.current.change.is_some() || self.current.growth_pct.is_some()) && !around.contains("其中");
            // 主要原因 is told of what was stated before; 由于… at the beginning leads to it.
            let begins = text.contains("原因")
                || clause_at > 0 && (text.contains("由于") || text.contains("因为"))
                || changed && ["一是", "主要是", "主要系"].iter().any(|word| text.starts_with(word));
            if begins && self.reason == Reason::None {
                self.reason = Reason::Told;
            }
            // 主要用于会议费5万元: as after 其中.
            let divides = ["主要用于", "用于", "主要包括", "包括"].iter().any(|word| text.starts_with(word));
            if divides && !self.current.subject.is_empty() {
                self.parts.divided = Some(self.current.subject.clone());
            }
            let so_far = around.get(..clause_at + text.len()).unwrap_or(around);
            self.clause(&Clause { text, head, offset, sentence: around, so_far, listed: in_list, aside }, stated);
            self.begin_list(text);
            aside |= is_aside(head);
        }
        if sentence.len() <= LONG {
            self.measure(sentence);
        }
    }

    /// Notes what the shares of a list are of that a clause begins: 主要用于以下方面, “三公”经费支出决算中.
    fn begin_list(&mut self, clause: &str) {
        if (clause.contains("用于以下") || clause.contains("以下方面")) && !self.current.subject.is_empty() {
            self.divided = Some(self.current.subject.clone());
        }
        let of = clause.trim_end_matches([',', '，', ':', '：']).strip_suffix('中').filter(|of| !of.ends_with('其'));
        let named = of.and_then(|of| subject_of(of).filter(|(end, _)| *end == of.len()));
        self.parts.shared = named.map(|(_, subject)| subject).or(self.parts.shared.take());
    }

    /// What the sentence counts beside amounts.
    fn count(&mut self, at: usize, sentence: &str) {
        if sentence.len() > LONG {
            return;
        }
        for Counted { subject, count, offset } in counted(sentence) {
            self.claims.push(Claim {
                place: self.paragraph.place(at + offset),
                subject: subject.to_owned(),
                count: Some(count),
                sentence: self.paragraph.printed(sentence),
                ..Claim::default()
            });
        }
    }

    /// What is put in brackets has a subject of its own; the one before goes on behind them.
    fn cross_bracket(&mut self, offset: usize) {
        if self.inserted.iter().any(|bracket| bracket.end == offset)
            && let Some((before, its_whole)) = self.outer.pop()
        {
            self.finish();
            (self.current, self.whole) = (before, its_whole);
        }
        if self.inserted.iter().any(|bracket| bracket.start == offset) {
            let before = std::mem::take(&mut self.current);
            let its_whole = Some(&before).filter(|c| !c.subject.is_empty()).cloned().or_else(|| self.whole.clone());
            self.outer.push((before, std::mem::replace(&mut self.whole, its_whole)));
        }
    }

    fn clause(&mut self, clause: &Clause<'_>, stated: Vec<Statement>) {
        if clause.text.contains("其中") && !self.current.subject.is_empty() {
            self.whole = Some(self.current.clone());
            self.parts.divided = Some(self.current.subject.clone());
        }
        let states_amount = stated.iter().any(|s| matches!(s.value, Stated::Amount(_)));
        if self.reason == Reason::Told && states_amount {
            self.reason = Reason::OfAnother;
        }
        if self.reason == Reason::OfAnother {
            return;
        }
        let ControlFlow::Continue(named) = self.subject_told(clause, &stated) else { return };
        if let Some((_, subject)) = &named
            && *subject != self.current.subject
        {
            self.finish();
            self.current.subject.clone_from(subject);
            self.base = base_of(clause.sentence).or(self.base.filter(|_| self.whole.is_some() || self.base_is_near));
        }
        if self.current.subject.is_empty() {
            let mut amounts = stated.iter().filter(|s| matches!(s.value, Stated::Amount(_)));
            self.parts.unknown = amounts.next_back().map_or(self.parts.unknown, |s| s.names_another(clause.text, 0));
            return;
        }
        self.attach(named.map(|(end, _)| end), clause, stated);
    }

    /// The subject that a clause names and where its name ends; `Break` where the clause tells nothing of the department.
    fn subject_told(&mut self, clause: &Clause<'_>, stated: &[Statement]) -> ControlFlow<(), Option<(usize, String)>> {
        static CARRIED_OVER: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"(上一?年度?|年初|以前年度)结[转余][^,，、;；:：]*$"));
        let Clause { text, head, sentence, .. } = *clause;
        let may_name = !stated.is_empty() || !clause.listed && !clause.aside && !is_definition(head);
        let named = subject_of(head).filter(|_| may_name);
        if self.reason == Reason::Told && named.as_ref().is_some_and(|(_, subject)| *subject != self.current.subject) {
            if !stated.is_empty() {
                self.reason = Reason::OfAnother;
            }
            return ControlFlow::Break(());
        }
        // 按政府采购资金类型划分，一般公共预算拨款9万元: as after 其中.
        if text.starts_with('按') && text.contains("划分") {
            self.parts.divided = named.as_ref().map(|(_, subject)| subject.clone()).or(self.parts.divided.take());
        }
        if let Some((_, part)) = &named
            && self.parts.divided.as_deref().is_some_and(|whole| is_share_of(part, whole))
        {
            self.pass_over_parts();
            return ControlFlow::Break(());
        }
        // 实行绩效目标管理的项目3个, 涉及一般公共预算当年拨款60万元: no more than these projects have of that fund.
        if self.current.subject == "projects" && head.starts_with("涉及") && named.is_some() {
            return ControlFlow::Break(());
        }
        // 支出项目共5个, 支出总额500万元: theirs.
        let of_projects = self.current.subject == "projects" && head.starts_with("支出总额");
        let named = self.in_context(named.filter(|_| !of_projects), head, sentence);
        // 会议费(款)支出5万元: a section of basic expenditure in the economic classification, not all there is.
        let is_section = head.contains("(款)") && named.as_ref().is_some_and(|(_, subject)| !is_item(subject));
        // 上年结转结余的一般公共预算收入5万元: what is left of it, not all there is.
        let is_carried_over = named.as_ref().is_some_and(|(end, subject)| {
            subject != "carry_over" && head.get(..*end).is_some_and(|name| CARRIED_OVER.is_match(name))
        });
        // An item that is not understood: what follows is not the one's before it.
        let is_unknown_item = named.is_none() && head.contains("(项)") && !clause.aside && !is_aside(head);
        if is_section || is_carried_over || is_unknown_item {
            self.parts.unknown |= is_section || is_carried_over;
            self.finish();
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(named)
    }

    /// Gives the subject the numbers of a clause that are its own: those before which nothing else is named, from where its
    /// name ends.
    fn attach(&mut self, name_ends: Option<usize>, clause: &Clause<'_>, stated: Vec<Statement>) {
        let from = name_ends.unwrap_or(0);
        let (other, stated): (Vec<_>, Vec<_>) = stated.into_iter().partition(|s| s.names_another(clause.text, from));
        let speaks_of_another = other.iter().any(|s| !matches!(s.value, Stated::Share(_) | Stated::Unchanged));
        if stated.is_empty() && speaks_of_another {
            // What follows does so, too.
            self.parts.unknown = other.iter().any(|s| matches!(s.value, Stated::Amount(_)));
            return self.pass_over_parts();
        }
        self.parts.unknown &= stated.is_empty();
        // 收入合计9万元，其中：本年收入8万元: a part without a subject of its own.
        let own = self.current.amount;
        let of_part = |s: &Statement| matches!(s.value, Stated::Amount(v) if own.is_some_and(|a| a != v));
        let divides = name_ends.is_none() && self.parts.divided.as_ref() == Some(&self.current.subject);
        if divides && stated.iter().any(of_part) {
            self.parts.unknown = true;
            return self.pass_over_parts();
        }
        for statement in stated {
            self.state(&statement.value, clause);
        }
    }

    /// Ends what is told of the subject at its parts. An item goes on behind the sentence that divides it: 2050202…100万元,
    /// 主要用于设备50万元、培训费20万元。年初预算为90万元.
    fn pass_over_parts(&mut self) {
        if is_item(&self.current.subject) && self.parts.divided.as_ref() == Some(&self.current.subject) {
            self.parts.of_unknown = true;
        } else {
            self.finish();
        }
    }

    /// The subject that a clause names, by what was told before it.
    fn in_context(&self, named: Option<(usize, String)>, head: &str, sentence: &str) -> Option<(usize, String)> {
        // A total of fiscal appropriations: the total of expenditure that stands beside it is theirs, too.
        static FISCAL_TOTAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"财政拨款收入(预算|决算)?总计"));
        // A change is told of all revenue or expenditure without naming which.
        static BACK: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(支出|收入)(总额|总计|合计)?(较|比|与|同比)"));
        let of_revenue = self
            .whole
            .as_ref()
            .is_some_and(|w| matches!(w.subject.as_str(), "total_revenue" | "fiscal_appropriation_revenue"))
            && !head.contains("支出");
        let Some((end, subject)) = named else {
            // 财政拨款收入20万元（其中一般公共预算19万元，政府性基金预算1万元）
            if of_revenue && head.ends_with("一般公共预算") {
                return Some((head.len(), "general_public_revenue".to_owned()));
            }
            // 政府性基金预算收入20万元，支出19万元
            let spent = self.current.subject.strip_suffix("_revenue").filter(|_| head.starts_with("支出"));
            if let Some(of) = spent.filter(|of| matches!(*of, "government_fund" | "state_capital" | "general_public")) {
                return Some((0, of.to_owned()));
            }
            // 其他支出5万元；支出较去年增加2万元: all of it, not the part before.
            let whole = self.whole.as_ref().filter(|w| w.subject != self.current.subject && BACK.is_match(head))?;
            return Some((0, whole.subject.clone()));
        };
        if self.speaks_of_same(&subject, head, sentence) {
            return Some((end, self.current.subject.clone()));
        }
        if of_revenue && matches!(subject.as_str(), "general_public" | "government_fund" | "state_capital") {
            return Some((end, format!("{subject}_revenue")));
        }
        // 财政拨款收支总预算9万元。其中，收入总计9万元…；支出总计9万元: theirs.
        let of_fiscal = self.whole.as_ref().is_some_and(|w| w.subject == "fiscal_appropriation");
        match subject.as_str() {
            "total" if of_fiscal => return Some((end, "fiscal_appropriation".to_owned())),
            "total_revenue" if of_fiscal => return Some((end, "fiscal_appropriation_revenue".to_owned())),
            _ => {}
        }
        let beside =
            subject == "total" && self.whole.is_none() && self.current.subject == "fiscal_appropriation_revenue";
        let fiscal = beside && head.starts_with("支出") && FISCAL_TOTAL.is_match(sentence);
        Some((end, if fiscal { "fiscal_appropriation".to_owned() } else { subject }))
    }

    /// Whether a comparison names the subject again in general words: 财政拨款收、支总预算9万元。与上年相比收、支预算总计各增加1万元;
    /// 一般公共预算财政拨款支出9万元，与上年相比，财政拨款支出增加1万元.
    fn speaks_of_same(&self, subject: &str, head: &str, sentence: &str) -> bool {
        static COMPARES: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(与|比|较)(上年|去年|上一年|20\d\d年)"));
        static GENERAL: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"(与|比|较)(上年|去年|20\d\d年)[^,，。]{0,12}相比[,，]财政拨款支出"));
        let told = matches!(self.current.subject.as_str(), "fiscal_appropriation" | "general_public");
        told && self.current.amount.is_some()
            && self.current.change.is_none()
            && (subject == "total" && COMPARES.is_match(head)
                || subject == "fiscal_appropriation" && GENERAL.is_match(sentence))
    }

    /// Adds what a number states to what is told of the subject.
    fn state(&mut self, value: &Stated, clause: &Clause<'_>) {
        let base = base_of(clause.so_far).or_else(|| base_of(clause.sentence)).or(self.base);
        if begins_another(&self.current, value, base) {
            let subject = self.current.subject.clone();
            self.finish();
            self.current.subject = subject;
        }
        let printed = self.paragraph.printed(clause.sentence);
        if self.current.is_empty() {
            self.current.place = self.paragraph.place(clause.offset);
            self.current.sentence.clone_from(&printed);
        }
        let divided = self.whole.as_ref().map(|w| &w.subject).or(self.parts.shared.as_ref()).or(self.divided.as_ref());
        let whole = || whole_of_share(clause.text).or(divided.cloned());
        add(&mut self.current, value, base, whole);
        if !self.current.sentence.contains(printed.as_str()) {
            self.current.sentence.push_str(&printed);
        }
    }

    /// What a sentence calls an account against its budget (决算数大于预算数).
    fn measure(&mut self, sentence: &str) {
        let Some((at, order)) = against_budget(sentence) else { return };
        let named = subject_of(sentence.get(..at).unwrap_or_default()).map(|(_, subject)| subject);
        let of = |c: &&mut Claim| c.budget_amount.is_some() && named.as_ref().is_none_or(|s| *s == c.subject);
        // The account stands in this sentence or the one before, a total also before its parts.
        let mut claims = std::iter::once(&mut self.current).chain(self.claims.iter_mut().skip(self.first).rev());
        if let Some(claim) = claims.find(of) {
            claim.against_budget = Some(order);
            let printed = self.paragraph.printed(sentence);
            if !claim.sentence.contains(printed.as_str()) {
                claim.sentence.push_str(&printed);
            }
        }
    }

    /// Ends what is told of the subject.
    fn finish(&mut self) {
        let claim = std::mem::take(&mut self.current);
        if claim.is_empty() || claim.subject.is_empty() {
            return;
        }
        if claim.subject.starts_with("fiscal_appropriation") && claim.change.is_some() {
            let flow = if claim.subject.ends_with("_revenue") { "total_revenue" } else { "total" };
            let divided = self.whole.as_ref().is_some_and(|w| w.subject == flow && w.amount == claim.amount);
            let of = |(_, w): &(usize, &Claim)| divided && w.subject == flow && w.amount == claim.amount;
            let whole = self.claims.iter().enumerate().skip(self.first).rev().find(of);
            let whole = whole.filter(|(_, w)| claim.amount.is_some() && w.change.is_none() && w.growth_pct.is_none());
            self.spoken_for.extend(whole.map(|(at, _)| (at, claim.clone())));
        }
        self.claims.push(claim);
    }

    /// 支出预算10万元, 其中: 财政拨款10万元, 比上年增加1万元: the part is the whole, and so is its change, unless that of another
    /// part is told.
    fn complete_wholes(&mut self) {
        const OTHERS: [&str; 7] = [
            "business_revenue",
            "operating_revenue",
            "superior_revenue",
            "subordinate_revenue",
            "other_revenue",
            "special_account",
            "own_funds",
        ];
        let own = self.claims.iter().skip(self.first);
        let changed =
            |c: &Claim| c.change.is_some_and(|change| !change.is_zero()) || c.amount.is_some_and(|a| !a.is_zero());
        if self.paragraph.text.contains("结转")
            || own.clone().any(|c| OTHERS.contains(&c.subject.as_str()) && changed(c))
        {
            return;
        }
        for (at, part) in std::mem::take(&mut self.spoken_for) {
            if let Some(whole) = self.claims.get_mut(at) {
                (whole.change, whole.growth_pct) = (part.change, part.growth_pct);
                (whole.base_year, whole.base_kind) = (part.base_year, part.base_kind);
            }
        }
    }
}
