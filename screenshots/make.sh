#!/bin/sh
# Makes the pictures of this folder: a small project, one audit of it, and what the workbench shows of that run.
# The times in the pictures are those of the run, so each making has its own.
set -eu

repository=$(cd "$(dirname "$0")/.." && pwd)
project=/tmp/demo-project
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
if [ -e "$project" ]; then
    echo "$project is in the way; remove it first" >&2
    exit 1
fi
trap 'rm -rf "$state" "$project"' EXIT

# Nothing of the person who makes the pictures shall be in them, least of all their plugins and themes.
export ORCHESTRATOR_STATE_DIR="$state/state" XDG_CONFIG_HOME="$state/config" XDG_DATA_HOME="$state/data"

write() {
    mkdir -p "$(dirname "$project/$1")"
    cat > "$project/$1"
}

mkdir -p "$project/plugins" "$project/config"

write README.md <<'END'
# Tidewatch

Reads tide gauges and warns before a harbour floods. See [the protocol](docs/protocol.md) for what a gauge sends.

Run `cargo run -- gauges.toml`.
END

write Cargo.toml <<'END'
[package]
name = "tidewatch"
version = "0.3.0"
edition = "2024"

[dependencies]
serde = { version = "1", features = ["derive"] }
toml = "*"
gauge-protocol = { git = "https://example.com/gauge-protocol" }
END

write src/main.rs <<'END'
//! Reads the gauges named on the command line, once a minute.

mod gauge;
mod warning;

fn main() {
    let path = std::env::args().nth(1).expect("a file of gauges");
    // TODO: read the file again when it changes
    for gauge in gauge::read(&path) {
        if let Some(text) = warning::of(&gauge) {
            println!("{text}");
        }
    }
}
END

write src/gauge.rs <<'END'
//! A gauge and its last level.

pub struct Gauge {
    pub harbour: String,
    /// Above chart datum, in centimetres.
    pub level: i32,
}

/// The gauges of a file, in its order.
pub fn read(path: &str) -> Vec<Gauge> {
    // FIXME: a missing file reads as no gauges at all
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(parse).collect()
}

fn parse(line: &str) -> Option<Gauge> {
    let (harbour, level) = line.split_once('=')?;
    // HACK: some gauges send their level with a unit
    let level = level.trim().trim_end_matches("cm").parse().ok()?;
    Some(Gauge { harbour: harbour.trim().to_owned(), level })
}
END

write src/warning.rs <<'END'
//! When to warn.

use crate::gauge::Gauge;

// TODO: the limit differs from harbour to harbour
const LIMIT: i32 = 420;

pub fn of(gauge: &Gauge) -> Option<String> {
    (gauge.level > LIMIT).then(|| format!("{}: {} cm", gauge.harbour, gauge.level))
}
END

write tools/plot.py <<'END'
"""Draws the levels of one harbour."""

import numpy


def smooth(levels, width=5):
    # XXX: the ends are not smoothed
    return numpy.convolve(levels, numpy.ones(width) / width, mode="valid")
END

printf 'numpy\nmatplotlib>=3\n' | write tools/requirements.txt

orchestrator() {
    cargo run --quiet --manifest-path "$repository/Cargo.toml" -- --project "$project" "$@"
}

orchestrator run repo_audit "What is left to do before the release?" > "$state/run.txt"

# A history to write notes from. Nobody's own settings of git count.
commit() {
    git -c user.name="$1" -c user.email=nobody@example.com commit --quiet --allow-empty --message "$2"
}
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
cd "$project"
git init --quiet
git add --all
commit "Ida Moen" "Add the reading of gauges"
git tag v0.2.0
commit "Ida Moen" "feat(warning): warn before a harbour floods"
commit "Jon Dahl" "fix: read levels that are sent with a unit"
commit "Jon Dahl" "perf: read each gauge once a minute"
commit "Ida Moen" "feat!: name gauges in a file

BREAKING CHANGE: write the gauges into gauges.toml instead of the command line"
commit "Jon Dahl" "docs: say what a gauge sends"
commit "Ida Moen" "test: try levels below chart datum"

orchestrator run release_notes "Notes for 0.3.0" > "$state/notes.txt"

picture_of() {
    run=$1
    file=$2
    shift 2
    orchestrator screenshot "$run" --out "$repository/screenshots/$file.svg" "$@"
}

picture() {
    picture_of 1 "$@"
}

picture workbench-dark --size 160x44 --theme dark --keys "t Home Down Shift-Tab"
picture workbench-light --size 160x44 --theme light --keys "t Home Down Shift-Tab"
picture small --size 80x24 --theme dark
picture difference --size 100x26 --theme dark --keys "t Home Down Enter"
picture permissions --size 120x36 --theme dark --keys "3 End Right Right"
picture hooks --size 120x30 --theme dark --keys "4 Down"
picture details --size 100x20 --theme dark --keys "Shift-Tab End Enter"
picture_of 2 python --size 160x44 --theme dark --keys "Tab t"

# Last, so that the other pictures are of a project without a config.
write config/plugins/repo_audit.json <<'END'
{
  "oversized_lines": 400,
  "debt_markers": ["TODO", "FIXME", "HACK"],
  "ignored_directories": ["target", "vendor"]
}
END
picture config --size 100x30 --theme dark --keys "Shift-Tab / r e p o Enter e Down Right Right Down Enter Ctrl-u 0"
