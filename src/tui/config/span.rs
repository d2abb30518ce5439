//! Where the values of a JSON text stand in it, so that one can be changed and the rest left as it was written.

use std::ops::Range;

use super::pointer;

/// A value's place, in bytes.
#[derive(Debug)]
pub(super) struct Node {
    pub range: Range<usize>,
    pub content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Scalar,
    Array(Vec<Node>),
    Object(Vec<Member>),
}

#[derive(Debug)]
pub(super) struct Member {
    pub name: String,
    /// From the key's quote to the value's end.
    pub range: Range<usize>,
    pub value: Node,
}

impl Node {
    /// The tree of a text that is JSON; nothing of any other.
    pub fn of(text: &str) -> Option<Node> {
        let mut scanner = Scanner { text, at: 0 };
        scanner.blanks();
        scanner.value()
    }

    /// The value at a pointer. Of equal names the last counts, as for every reader of JSON here.
    pub fn find(&self, pointer: &str) -> Option<&Node> {
        pointer::parts(pointer).into_iter().try_fold(self, |node, part| node.child(&part))
    }

    fn child(&self, part: &str) -> Option<&Node> {
        match &self.content {
            Content::Scalar => None,
            Content::Array(items) => items.get(part.parse::<usize>().ok()?),
            Content::Object(members) => members.iter().rev().find(|member| member.name == part).map(|m| &m.value),
        }
    }

    /// The places of what it holds, keys included, in their order.
    pub fn entries(&self) -> Vec<Range<usize>> {
        match &self.content {
            Content::Scalar => Vec::new(),
            Content::Array(items) => items.iter().map(|item| item.range.clone()).collect(),
            Content::Object(members) => members.iter().map(|member| member.range.clone()).collect(),
        }
    }

    /// Which of its entries have this name.
    pub fn places(&self, part: &str) -> Vec<usize> {
        match &self.content {
            Content::Scalar => Vec::new(),
            Content::Array(items) => part.parse::<usize>().ok().filter(|at| *at < items.len()).into_iter().collect(),
            Content::Object(members) => {
                members.iter().enumerate().filter(|(_, m)| m.name == part).map(|(place, _)| place).collect()
            }
        }
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        self.blanks();
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn value(&mut self) -> Option<Node> {
        self.blanks();
        let start = self.at;
        let content = match self.peek()? {
            b'{' => self.object()?,
            b'[' => self.array()?,
            b'"' => {
                self.string()?;
                Content::Scalar
            }
            _ => {
                while self.peek().is_some_and(|byte| !matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r'))
                {
                    self.at += 1;
                }
                Content::Scalar
            }
        };
        Some(Node { range: start..self.at, content })
    }

    fn object(&mut self) -> Option<Content> {
        self.eat(b'{')?;
        let mut members = Vec::new();
        if self.eat(b'}').is_some() {
            return Some(Content::Object(members));
        }
        loop {
            self.blanks();
            let start = self.at;
            let name = self.string()?;
            self.eat(b':')?;
            let value = self.value()?;
            members.push(Member { name, range: start..self.at, value });
            if self.eat(b',').is_none() {
                self.eat(b'}')?;
                return Some(Content::Object(members));
            }
        }
    }

    fn array(&mut self) -> Option<Content> {
        self.eat(b'[')?;
        let mut items = Vec::new();
        if self.eat(b']').is_some() {
            return Some(Content::Array(items));
        }
        loop {
            items.push(self.value()?);
            if self.eat(b',').is_none() {
                self.eat(b']')?;
                return Some(Content::Array(items));
            }
        }
    }

    /// Takes a string, and says what it means.
    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.eat(b'"')?;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_str(self.text.get(start..self.at)?).ok()
    }
}
