//! The order in which nodes can be rendered, and the refusal of loops.

use super::model::{Role, Session};
use super::source::Source;
use crate::error::Result;

/// What one node needs of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The node that must come first.
    pub from: usize,
    /// The node that needs it.
    pub to: usize,
    /// Line in the session file.
    pub line: usize,
}

/// Every connection of a session: outputs, sends, feeds and keys, in the order of the file.
pub fn edges(session: &Session) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (index, node) in session.nodes.iter().enumerate() {
        let out = node.output.iter().chain(node.sends.iter().map(|send| &send.to));
        for route in out.chain(node.plugins.iter().filter_map(|slot| slot.feed.as_ref())) {
            edges.push(Edge { from: index, to: route.node, line: route.line });
        }
        for key in node.plugins.iter().filter_map(|slot| slot.key.as_ref()) {
            edges.push(Edge { from: key.node, to: index, line: key.line });
        }
    }
    edges
}

/// Refuses audio into tracks, and loops.
pub fn check_loops(source: &Source, session: &Session) -> Result<()> {
    for (index, node) in session.nodes.iter().enumerate() {
        let sends = node.sends.iter().map(|send| &send.to);
        let feeds = node.plugins.iter().filter_map(|slot| slot.feed.as_ref());
        for route in node.output.iter().chain(sends).chain(feeds) {
            let to = &session.nodes[route.node];
            if to.role == Role::Track {
                let what = format!("\"{}\" is routed into the track \"{}\"", node.name, to.name);
                return Err(source.error_at(route.line, what, "a group, a bus or \"Master\""));
            }
        }
        for route in session.nodes[index].plugins.iter().filter_map(|slot| slot.key.as_ref()) {
            if route.node == index {
                let what = format!("\"{}\" keys itself", node.name);
                return Err(source.error_at(route.line, what, "another track, group or bus"));
            }
        }
    }
    if let Err(cycle) = sorted(session.nodes.len(), &edges(session)) {
        let mut names: Vec<_> =
            cycle.iter().map(|edge| format!("\"{}\"", session.nodes[edge.from].name)).collect();
        names.extend(names.first().cloned());
        let line = cycle.iter().map(|edge| edge.line).max().unwrap_or(1);
        let what = format!("the routing goes round in a loop: {}", names.join(" -> "));
        return Err(source.error_at(line, what, "connections that end at \"Master\""));
    }
    Ok(())
}

/// The nodes with every node after those that it needs, or the edges of a loop.
pub fn sorted(count: usize, edges: &[Edge]) -> std::result::Result<Vec<usize>, Vec<Edge>> {
    let mut missing = vec![0; count];
    for edge in edges {
        missing[edge.to] += 1;
    }
    let mut order: Vec<usize> = (0..count).filter(|node| missing[*node] == 0).collect();
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        for edge in edges.iter().filter(|edge| edge.from == node) {
            missing[edge.to] -= 1;
            if missing[edge.to] == 0 {
                order.push(edge.to);
            }
        }
        next += 1;
    }
    if order.len() == count { Ok(order) } else { Err(cycle(&missing, edges)) }
}

/// Walks backwards among the nodes that wait for each other until one comes again.
fn cycle(missing: &[usize], edges: &[Edge]) -> Vec<Edge> {
    let mut node = missing.iter().position(|count| *count > 0).unwrap_or(0);
    let mut walked: Vec<Edge> = Vec::new();
    loop {
        if let Some(first) = walked.iter().position(|edge| edge.to == node) {
            let mut cycle = walked.split_off(first);
            cycle.reverse();
            return cycle;
        }
        match edges.iter().find(|edge| edge.to == node && missing[edge.from] > 0) {
            Some(edge) => {
                walked.push(*edge);
                node = edge.from;
            }
            None => return walked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: usize, to: usize) -> Edge {
        Edge { from, to, line: 0 }
    }

    #[test]
    fn every_node_comes_after_those_it_needs() {
        let edges = [edge(3, 0), edge(0, 2), edge(1, 2), edge(3, 1)];
        let order = sorted(4, &edges).unwrap();
        let place = |node| order.iter().position(|other| *other == node).unwrap();
        for edge in edges {
            assert!(place(edge.from) < place(edge.to), "{order:?}");
        }
    }

    #[test]
    fn a_loop_is_named_by_its_edges() {
        let edges = [edge(0, 1), edge(1, 2), edge(2, 1), edge(2, 3)];
        assert_eq!(sorted(4, &edges).unwrap_err(), [edge(1, 2), edge(2, 1)]);
    }
}
