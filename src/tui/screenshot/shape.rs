//! Lines and blocks as shapes: in most fonts they would leave gaps between the rows.

use std::fmt::Write;

/// A cell, in pixels. Whole ones, so that neighbours meet.
pub(super) const CELL: (u32, u32) = (9, 18);
/// Where the lines of a cell cross.
const CENTRE: (u32, u32) = (4, 8);

/// The SVG path of a symbol in the cell whose corner is at `x`, `y`; `None` if it is no line and no block.
pub(super) fn path(symbol: &str, x: u32, y: u32) -> Option<String> {
    let mut characters = symbol.chars();
    let (Some(character), None) = (characters.next(), characters.next()) else { return None };
    let mut path = String::new();
    let mut rectangle = |left: u32, top: u32, width: u32, height: u32| {
        // Writing to a string does not fail.
        let _ = write!(path, "M{} {}h{width}v{height}h-{width}z", x + left, y + top);
    };
    let (width, height) = CELL;
    if let Some([up, right, down, left]) = arms(character) {
        let (centre_x, centre_y) = CENTRE;
        let (upright, level) = (up.max(down), left.max(right));
        if up > 0 {
            rectangle(centre_x, 0, up, centre_y + level);
        }
        if down > 0 {
            rectangle(centre_x, centre_y, down, height - centre_y);
        }
        if left > 0 {
            rectangle(0, centre_y, centre_x + upright, left);
        }
        if right > 0 {
            rectangle(centre_x, centre_y, width - centre_x, right);
        }
        return Some(path);
    }
    match character {
        '▀' => rectangle(0, 0, width, height / 2),
        '▐' => rectangle(width / 2, 0, width - width / 2, height),
        '▁'..='█' => {
            let part = eighths(height, u32::from(character) - u32::from('▁') + 1);
            rectangle(0, height - part, width, part);
        }
        '▉'..='▏' => rectangle(0, 0, eighths(width, u32::from('▏') - u32::from(character) + 1), height),
        _ => return None,
    }
    Some(path)
}

fn eighths(length: u32, count: u32) -> u32 {
    (length * count + 4) / 8
}

/// How thick the lines upwards, right, downwards and left are.
fn arms(character: char) -> Option<[u32; 4]> {
    Some(match character {
        '─' => [0, 1, 0, 1],
        '━' => [0, 2, 0, 2],
        '│' => [1, 0, 1, 0],
        '┃' => [2, 0, 2, 0],
        '┌' => [0, 1, 1, 0],
        '┏' => [0, 2, 2, 0],
        '┐' => [0, 0, 1, 1],
        '┓' => [0, 0, 2, 2],
        '└' => [1, 1, 0, 0],
        '┗' => [2, 2, 0, 0],
        '┘' => [1, 0, 0, 1],
        '┛' => [2, 0, 0, 2],
        '├' => [1, 1, 1, 0],
        '┠' => [2, 1, 2, 0],
        '┣' => [2, 2, 2, 0],
        '┤' => [1, 0, 1, 1],
        '┨' => [2, 0, 2, 1],
        '┫' => [2, 0, 2, 2],
        '┬' => [0, 1, 1, 1],
        '┳' => [0, 2, 2, 2],
        '┴' => [1, 1, 0, 1],
        '┻' => [2, 2, 0, 2],
        '┼' => [1, 1, 1, 1],
        '╋' => [2, 2, 2, 2],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_reach_the_edges_where_their_neighbours_begin() {
        assert_eq!(path("─", 9, 18).unwrap(), "M9 26h4v1h-4zM13 26h5v1h-5z");
        assert_eq!(path("│", 0, 0).unwrap(), "M4 0h1v8h-1zM4 8h1v10h-1z");
    }

    #[test]
    fn corners_have_no_hole() {
        assert_eq!(path("┛", 0, 0).unwrap(), "M4 0h2v10h-2zM0 8h6v2h-6z");
    }

    #[test]
    fn blocks_fill_their_part_of_the_cell() {
        assert_eq!(path("█", 0, 0).unwrap(), "M0 0h9v18h-9z");
        assert_eq!(path("▌", 0, 0).unwrap(), "M0 0h5v18h-5z");
        assert_eq!(path("▂", 0, 0).unwrap(), "M0 13h9v5h-9z");
    }

    #[test]
    fn letters_are_left_to_the_font() {
        assert_eq!(path("a", 0, 0), None);
        assert_eq!(path("─\u{301}", 0, 0), None);
    }
}
