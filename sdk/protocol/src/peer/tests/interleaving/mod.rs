//! No interleaving of calls, items, credit, cancels, pieces and a session's end loses anything or waits for ever.
//!
//! Two ends exchange messages that a generated schedule delivers: in order within one direction, in any order between
//! the two, with the tasks on both sides run a step at a time in between. More cases than usual: `PROPTEST_CASES=20000
//! cargo test -p orchestrator-protocol interleaving`.

mod plan;
mod tasks;
mod world;

use proptest::prelude::*;

use super::*;
use plan::plan;
use world::World;

/// Small, so that short texts are long messages.
const SIZES: Sizes = Sizes { piece: 150, value: 1500, unfinished: 3000 };

fn limits() -> impl Strategy<Value = Limits> {
    prop_oneof![3 => Just(Limits::default()), 1 => Just(Limits { calls: 4, calls_per_parent: 2 })]
}

/// Which side ends the session, after how many steps.
fn hangup() -> impl Strategy<Value = Option<(usize, usize)>> {
    proptest::option::weighted(0.3, (0..2_usize, 0..300_usize))
}

proptest! {
    #[test]
    fn every_interleaving_comes_to_its_end(
        limits in limits(),
        roots in proptest::collection::vec((0..2_usize, plan()), 1..4),
        choices in proptest::collection::vec(any::<u8>(), 0..600),
        hangup in hangup(),
    ) {
        let world = World::new(limits);
        for (side, plan) in roots {
            world.start(side, plan);
        }
        world.run(&choices, hangup)?;
    }
}
