use proptest::prelude::*;
use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Rect, Size},
    style::Color,
    widgets::Widget,
};

use super::super::{Pane, PaneBuffer, PaneView, Search, wrap};
use super::look;

/// Pieces of text as agents send them, and worse.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ a-z\n\t]{0,60}",
        "(\x1b\\[[0-9;:]{0,8}m?|[a-z日é]|\n){0,20}",
        "[\u{1100}-\u{1160}\u{300}-\u{310}\u{200d}\u{1f468}\u{1f1e6}-\u{1f1ff}\u{fe0f}日\u{ff9e}]{0,30}",
    ]
}

fn act(view: &mut PaneView, buffer: &PaneBuffer, size: Size, action: u8, amount: usize) {
    match action % 9 {
        0 => view.scroll_up(buffer, size, amount),
        1 => view.scroll_down(buffer, size, amount),
        2 => view.page_up(buffer, size),
        3 => view.page_down(buffer, size),
        4 => view.to_top(buffer, size),
        5 => view.follow(),
        6 => view.toggle_wrap(),
        7 => view.scroll_right(amount),
        _ => view.show(buffer, size, amount as u64, amount),
    }
}

proptest! {
    #[test]
    fn any_text_is_drawn_in_any_size_and_only_in_its_area(
        pieces in prop::collection::vec(piece(), 0..8),
        actions in prop::collection::vec((any::<u8>(), 0usize..40), 0..8),
        width in 1u16..40,
        height in 1u16..12,
        query in "[a-c日]{0,2}",
    ) {
        let mut buffer = PaneBuffer::new();
        let mut view = PaneView::new();
        let size = Size::new(width, height);
        for piece in &pieces {
            buffer.push(piece);
        }
        let search = Search::new(&query, &buffer);
        for (action, amount) in actions {
            act(&mut view, &buffer, size, action, amount);
        }
        let mut outside = Cell::new("#");
        outside.set_fg(Color::Rgb(1, 2, 3)).set_bg(Color::Rgb(4, 5, 6));
        let mut screen = Buffer::filled(Rect::new(0, 0, width + 4, height + 4), outside.clone());
        let area = Rect::new(2, 2, width, height);
        Pane { buffer: &buffer, view: &view, look: look(), search: Some(&search) }.render(area, &mut screen);
        for position in screen.area.positions() {
            if !area.contains(position) {
                prop_assert_eq!(&screen[position], &outside);
            } else {
                prop_assert_ne!(screen[position].bg, outside.bg);
                let reach = usize::from(position.x) + wrap::width(screen[position].symbol());
                prop_assert!(reach <= usize::from(area.right()));
            }
        }
    }

    #[test]
    fn rows_are_the_whole_line_in_order_and_fit(text in "[a-z 日é\u{301}]{0,200}", width in 2usize..20) {
        let mut end = 0;
        for row in wrap::rows(&text, width) {
            prop_assert_eq!(row.start, end);
            prop_assert!(wrap::width(text[row.clone()].trim_end_matches(' ')) <= width);
            end = row.end;
        }
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn how_text_is_cut_into_pieces_changes_nothing(text in piece(), cut in any::<prop::sample::Index>()) {
        let at = text.floor_char_boundary(cut.index(text.len() + 1));
        let (mut whole, mut cut) = (PaneBuffer::new(), PaneBuffer::new());
        whole.push(&text);
        cut.push(&text[..at]);
        cut.push(&text[at..]);
        prop_assert_eq!(whole.range(), cut.range());
        prop_assert!(whole.range().all(|number| whole.line(number) == cut.line(number)));
    }
}
