//! Rendering on several threads: each takes the node that is furthest behind and can go on.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::node::Worker;
use super::port::Port;
use crate::session::order::Edge;

/// How long the main thread waits between two looks at what plugins ask of it.
const TEND: Duration = Duration::from_millis(10);

/// A failure: which node, and why.
pub type Failure = (usize, String);

/// How far each node is.
struct State {
    done: Vec<usize>,
    busy: Vec<bool>,
    failure: Option<Failure>,
}

/// Nodes and what they wait for.
pub struct Schedule {
    workers: Vec<Mutex<Worker>>,
    needs: Vec<Vec<usize>>,
    state: Mutex<State>,
    changed: Condvar,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Schedule {
    /// Of nodes and their connections.
    pub fn new(workers: Vec<Worker>, edges: &[Edge]) -> Self {
        let mut needs = vec![Vec::new(); workers.len()];
        for edge in edges {
            if !needs[edge.to].contains(&edge.from) {
                needs[edge.to].push(edge.from);
            }
        }
        let state =
            State { done: vec![0; workers.len()], busy: vec![false; workers.len()], failure: None };
        Self {
            workers: workers.into_iter().map(Mutex::new).collect(),
            needs,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// Renders every node up to a number of chunks. The calling thread tends the plugins.
    pub fn run(
        &self,
        ports: &[Port],
        chunks: usize,
        threads: usize,
        mut tend: impl FnMut(usize),
    ) -> Result<(), Failure> {
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| self.work(ports, chunks));
            }
            let mut state = lock(&self.state);
            while !self.is_over(&state, chunks) {
                let waited = self.changed.wait_timeout(state, TEND);
                let slowest = {
                    let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
                    state.done.iter().copied().min().unwrap_or(chunks)
                };
                tend(slowest);
                state = lock(&self.state);
            }
        });
        lock(&self.state).failure.clone().map_or(Ok(()), Err)
    }

    fn is_over(&self, state: &State, chunks: usize) -> bool {
        state.failure.is_some() || state.done.iter().all(|done| *done >= chunks)
    }

    fn work(&self, ports: &[Port], chunks: usize) {
        let mut state = lock(&self.state);
        loop {
            if self.is_over(&state, chunks) {
                self.changed.notify_all();
                return;
            }
            let Some(node) = self.next(&state, chunks) else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let chunk = state.done[node];
            state.busy[node] = true;
            drop(state);
            let result = lock(&self.workers[node]).render(chunk, ports);
            state = lock(&self.state);
            state.busy[node] = false;
            state.done[node] += 1;
            if let Err(why) = result {
                state.failure.get_or_insert((node, why));
            }
            self.changed.notify_all();
        }
    }

    /// The node furthest behind among those whose inputs are there.
    fn next(&self, state: &State, chunks: usize) -> Option<usize> {
        (0..self.workers.len())
            .filter(|node| !state.busy[*node] && state.done[*node] < chunks)
            .filter(|node| {
                let done = state.done[*node];
                self.needs[*node].iter().all(|need| state.done[*need] > done)
            })
            .min_by_key(|node| state.done[*node])
    }

    /// The nodes again, when all is rendered.
    pub fn into_workers(self) -> Vec<Worker> {
        self.workers
            .into_iter()
            .map(|worker| worker.into_inner().unwrap_or_else(PoisonError::into_inner))
            .collect()
    }
}
