//! XML parts of office documents as trees. Namespaces are left out: the parts are told apart by file.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// Nesting beyond this is no document.
const DEPTH: usize = 200;
/// Elements and texts beyond this are no document either.
const NODES: usize = 3_000_000;

/// Attributes of one element beyond these are left out.
const ATTRIBUTES: usize = 100;

/// An element with its local name.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
}

/// What an element holds.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// An attribute by its local name.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// A number in an attribute.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|e| e.name == name)
    }

    /// The first descendant of that name.
    pub(super) fn descendant(&self, name: &str) -> Option<&Element> {
        self.elements().find_map(|e| if e.name == name { Some(e) } else { e.descendant(name) })
    }
}

/// Parses a part; the error says what is wrong.
pub(super) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    let mut nodes = 0;
    loop {
        let event = reader.read_event().map_err(|e| format!("{e} at byte {}", reader.error_position()))?;
        nodes += 1;
        if nodes > NODES || open.len() > DEPTH {
            return Err("too many or too deeply nested elements".to_owned());
        }
        let text = match event {
            Event::Start(start) => {
                open.push(element(&start));
                continue;
            }
            Event::Empty(start) => {
                push(&mut open, Node::Element(element(&start)));
                continue;
            }
            Event::End(_) => {
                // The reader has checked that it ends what is open.
                if let Some(done) = open.pop() {
                    push(&mut open, Node::Element(done));
                }
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::CData(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => c.to_string(),
                _ => resolve_predefined_entity(&reference).unwrap_or_default().to_owned(),
            },
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
        };
        match open.last_mut().and_then(|e| e.children.last_mut()) {
            Some(Node::Text(before)) => before.push_str(&text),
            _ => push(&mut open, Node::Text(text)),
        }
    }
    if open.len() > 1 {
        return Err("its end is missing".to_owned());
    }
    let root = open.pop().unwrap_or_default();
    let element = root.children.into_iter().find_map(|node| match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    });
    element.ok_or_else(|| "it has no element".to_owned())
}

fn push(open: &mut [Element], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(node);
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start
        .attributes()
        .with_checks(false)
        .flatten()
        .take(ATTRIBUTES)
        .map(|a| {
            let value = a.normalized_value(quick_xml::XmlVersion::default());
            let value = value.map_or_else(|_| a.value.clone().into_owned(), std::borrow::Cow::into_owned);
            (a.key.local_name().as_ref().to_owned(), value)
        })
        .collect();
    Element { name: start.local_name().as_ref().to_owned(), attributes, children: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_local_names_and_resolved_texts() {
        let root = parse(r#"<w:a xmlns:w="x"><w:b w:val="1&amp;2">a&lt;b&#20803;</w:b><w:c/></w:a>"#).unwrap();
        let b = root.child("b").unwrap();
        assert_eq!((root.name.as_str(), b.attribute("val")), ("a", Some("1&2")));
        assert!(matches!(b.children.as_slice(), [Node::Text(text)] if text == "a<b元"));
        assert!(root.descendant("c").is_some());
    }

    #[test]
    fn damage_and_depth_are_errors() {
        assert!(parse("<a><b></a>").is_err());
        assert!(parse("<a><b>").is_err());
        assert!(parse("").is_err());
        assert!(parse(&"<a>".repeat(100_000)).is_err());
    }
}
