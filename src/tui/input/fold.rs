use super::{Input, MouseAction};

/// Takes `next` into `first` if doing the one after the other comes to the same as doing the two at once;
/// else gives it back.
pub(super) fn fold(first: &mut Input, next: Input) -> Option<Input> {
    match (&mut *first, &next) {
        (Input::Resize { .. }, Input::Resize { .. }) => *first = next,
        (
            Input::Mouse { at, modifiers, action: MouseAction::Scroll { rows, columns } },
            Input::Mouse {
                at: next_at,
                modifiers: next_modifiers,
                action: MouseAction::Scroll { rows: more_rows, columns: more_columns },
            },
        ) if at == next_at && modifiers == next_modifiers => {
            *rows = rows.saturating_add(*more_rows);
            *columns = columns.saturating_add(*more_columns);
        }
        (
            Input::Mouse { modifiers, action: MouseAction::Drag(button), .. },
            Input::Mouse { modifiers: next_modifiers, action: MouseAction::Drag(next_button), .. },
        ) if modifiers == next_modifiers && button == next_button => *first = next,
        _ => return Some(next),
    }
    None
}
