//! Which licence a text is.

/// The SPDX name of a licence's text, by phrases that only it has.
pub fn identify(text: &str) -> Option<&'static str> {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let has = |phrase: &str| flat.contains(phrase);
    // The title stands near the start; later sections of one licence mention others.
    let title: String = flat.chars().take(300).collect();
    let titled = |phrase: &str| title.contains(phrase);
    let families =
        ["gnu affero general public license", "gnu lesser general public license", "gnu general public license"];
    let first = families.into_iter().filter_map(|family| Some((title.find(family)?, family))).min();
    if let Some((_, family)) = first {
        Some(match family {
            "gnu affero general public license" => "AGPL-3.0",
            "gnu lesser general public license" if titled("version 2.1") => "LGPL-2.1",
            "gnu lesser general public license" => "LGPL-3.0",
            _ if titled("version 2") => "GPL-2.0",
            _ => "GPL-3.0",
        })
    } else if titled("apache license") && has("version 2.0") {
        Some("Apache-2.0")
    } else if titled("mozilla public license") && has("version 2.0") {
        Some("MPL-2.0")
    } else if has("permission is hereby granted, free of charge, to any person obtaining a copy") {
        Some("MIT")
    } else if has("redistribution and use in source and binary forms") {
        Some(if has("neither the name") { "BSD-3-Clause" } else { "BSD-2-Clause" })
    } else if has("permission to use, copy, modify, and/or distribute this software for any purpose") {
        Some(if has("provided that the above copyright notice") { "ISC" } else { "0BSD" })
    } else if has("this is free and unencumbered software released into the public domain") {
        Some("Unlicense")
    } else if titled("cc0 1.0 universal") {
        Some("CC0-1.0")
    } else if has("boost software license") {
        Some("BSL-1.0")
    } else if has("altered source versions must be plainly marked as such") {
        Some("Zlib")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_told_by_their_own_words() {
        let cases = [
            ("MIT License\n\nPermission is hereby granted, free of charge,\nto any person obtaining a copy", "MIT"),
            ("   Apache License\n   Version 2.0, January 2004", "Apache-2.0"),
            ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007 ... GNU Affero General Public License", "GPL-3.0"),
            ("GNU GENERAL PUBLIC LICENSE Version 2, June 1991", "GPL-2.0"),
            ("GNU LESSER GENERAL PUBLIC LICENSE Version 2.1", "LGPL-2.1"),
            ("Redistribution and use in source and binary forms. Neither the name of X", "BSD-3-Clause"),
            ("Redistribution and use in source and binary forms.", "BSD-2-Clause"),
            ("This is free and unencumbered software released into the public domain.", "Unlicense"),
        ];
        for (text, name) in cases {
            assert_eq!(identify(text), Some(name), "{text}");
        }
        assert_eq!(identify("All rights reserved."), None);
    }
}
