use super::*;

fn parse(text: &str) -> Result<Node, Problem> {
    Source::new("file.yaml", text).parse()
}

#[test]
fn every_value_knows_its_place() {
    let tree = parse("a: 1\nlist:\n  - one\n  - {b: true}\n").unwrap();
    let b = match &tree.get("list").unwrap().value {
        Value::List(items) => items[1].get("b").unwrap().clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(b, Node { value: Value::Bool(true), at: Spot { line: 4, column: 9, length: 4 } });
}

#[test]
fn a_syntax_error_shows_its_line_and_a_remedy() {
    let problem = parse("name: x\nlist: [1, 2\nother: 3\n").unwrap_err();
    assert_eq!(problem.at.line, 3, "{problem}");
    assert!(problem.to_string().contains("file.yaml:3:"), "{problem}");
    assert!(problem.remedy.is_some());
}

#[test]
fn a_key_twice_is_a_problem_where_it_stands_the_second_time() {
    let problem = parse("name: x\nname: y\n").unwrap_err();
    assert_eq!((problem.at.line, problem.at.column), (2, 1), "{problem}");
}

#[test]
fn nesting_and_alias_bombs_are_refused() {
    let deep = format!("a: {}{}", "[".repeat(100), "]".repeat(100));
    assert!(parse(&deep).is_err());
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = level - 1;
        bomb += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{before}"); 9].join(", "));
    }
    assert!(parse(&bomb).is_err());
}

#[test]
fn words_that_old_yaml_took_for_booleans_are_text() {
    assert_eq!(parse("on: no\n").unwrap().get("on").unwrap().value, Value::String("no".to_owned()));
}

#[test]
fn a_text_of_comments_is_nothing() {
    assert_eq!(parse("# nothing yet\n\n").unwrap().value, Value::Null);
}

#[test]
fn a_problem_is_drawn_under_what_it_is_about_and_shows_no_escapes() {
    let source = Source::new("f\u{1b}[2J.yaml", "key: \"日本\u{202e} x\"\n");
    let at = Spot { line: 1, column: 6, length: 7 };
    let shown = Problem::new(&source, at, "is odd").remedy("change it").to_string();
    insta::assert_snapshot!(shown, @r#"
    is odd
     --> f�[2J.yaml:1:6
      |
    1 | key: "日本� x"
      |      ^^^^^^^^^
      = change it
    "#);
}

#[test]
fn a_long_line_is_cut_around_the_spot() {
    let source = Source::new("f.yaml", format!("{}HERE{}", "a".repeat(5000), "b".repeat(5000)));
    let shown = Problem::new(&source, Spot { line: 1, column: 5001, length: 4 }, "m").to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[3].len() < 120, "{shown}");
    assert_eq!(lines[3].find("HERE"), lines[4].find("^^^^"), "{shown}");
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    let source = Source::new("f.yaml", "b: 1\na: [x]\n");
    let tree = source.parse().unwrap();
    let mut reader = Reader::new(&source);
    let mut fields = reader.fields(&tree, "file").unwrap();
    let a = fields.get("a").and_then(|node| reader.text(node, "a"));
    fields.get("b").and_then(|node| reader.text(node, "b"));
    let problems = reader.finish(a).unwrap_err();
    assert_eq!(problems.0.iter().map(|p| p.at.line).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(problems.0[0].remedy.as_deref(), Some("write it in quotes: \"1\""));
}

#[test]
fn a_file_that_is_too_long_or_not_text_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let long = dir.path().join("long");
    std::fs::write(&long, vec![b'a'; super::source::MAX_BYTES as usize + 1]).unwrap();
    assert!(Source::read(&long).unwrap_err().message.contains("1 MiB"));
    let binary = dir.path().join("binary");
    std::fs::write(&binary, b"ok\n\xff\n").unwrap();
    assert_eq!(Source::read(&binary).unwrap_err().at.line, 2);
    assert!(Source::read(&dir.path().join("none")).unwrap().is_none());
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe.yaml");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    for file in [pipe.as_path(), dir.path()] {
        let problem = Source::read(file).unwrap_err();
        assert_eq!(problem.message, "is not a file", "{}", file.display());
    }
}
