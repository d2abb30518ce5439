use orchestrator_protocol::hook::{HookName, HookReply};
use proptest::prelude::*;

use super::desk::{info, name, port};
use crate::hook::HookRegistry;

fn order(registry: &HookRegistry, hook: HookName) -> Vec<(i32, String, String)> {
    let described =
        |h: &crate::hook::RegisteredHandler| (h.info.priority, h.plugin.to_string(), h.info.handler.clone());
    registry.chain(hook).iter().map(|handler| described(handler)).collect()
}

proptest! {
    #[test]
    fn the_order_is_by_priority_then_name_and_never_by_when_a_plugin_came(
        priorities in prop::collection::vec((-2..3i32, -2..3i32), 1..6),
        rotation in 0..6usize,
        reloaded in 0..6usize,
    ) {
        let (pre, post) = (HookName::PreWorkflowExecution, HookName::PostWorkflowExecution);
        let unchanged = port(|_| HookReply::Unchanged);
        let add = |registry: &HookRegistry, n: usize| {
            let (one, two) = priorities[n];
            let hooks = [pre, post].iter().flat_map(|hook| [info(*hook, "x", one), info(*hook, "a", two)]).collect();
            registry.set(&name(&format!("p{n}")), hooks, &unchanged);
        };
        let (first, second) = (HookRegistry::default(), HookRegistry::default());
        for n in 0..priorities.len() {
            add(&first, n);
            add(&second, (n + rotation) % priorities.len());
        }
        let reloaded = reloaded % priorities.len();
        second.remove(&name(&format!("p{reloaded}")));
        add(&second, reloaded);

        let mut expected: Vec<(i32, String, String)> = Vec::new();
        for (n, (one, two)) in priorities.iter().enumerate() {
            expected.push((*one, format!("p{n}"), "x".into()));
            expected.push((*two, format!("p{n}"), "a".into()));
        }
        expected.sort_by_key(|(priority, plugin, _)| (-priority, plugin.clone()));
        prop_assert_eq!(order(&first, pre), expected.clone());
        prop_assert_eq!(order(&second, pre), expected.clone());
        expected.reverse();
        prop_assert_eq!(order(&second, post), expected);
    }
}

#[test]
fn a_plugin_is_replaced_and_removed_whole_and_its_places_are_listed() {
    let registry = HookRegistry::default();
    let (pre, unchanged) = (HookName::PreWorkflowExecution, port(|_| HookReply::Unchanged));
    registry.set(&name("b"), vec![info(pre, "old", 9)], &unchanged);
    registry.set(&name("a"), vec![info(pre, "x", 0), info(pre, "y", 5)], &unchanged);
    registry.set(&name("b"), vec![info(pre, "new", 0)], &unchanged);
    let listed: Vec<_> = registry.list().into_iter().map(|l| (l.order, l.plugin.to_string(), l.info.handler)).collect();
    assert_eq!(listed, [(1, "a".into(), "y".into()), (2, "a".into(), "x".into()), (3, "b".into(), "new".into())]);
    registry.remove(&name("a"));
    assert_eq!(registry.chain(pre).len(), 1);
}
