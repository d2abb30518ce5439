//! A way to a server that can be broken.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Passes connections on to a server. Its threads end with the test's process.
#[derive(Clone)]
pub struct Proxy {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    server: SocketAddr,
    /// New connections are closed at once.
    is_down: bool,
    /// How many bytes of the server's the next connection carries before it is cut.
    budget: Option<usize>,
    /// How often the budget doubles before nothing is cut any more.
    doublings: u32,
    cut: usize,
    open: Vec<TcpStream>,
}

impl Proxy {
    pub fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = State { server, is_down: false, budget: None, doublings: 0, cut: 0, open: Vec::new() };
        let proxy = Proxy { address, state: Arc::new(Mutex::new(state)) };
        let accepting = proxy.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                accepting.carry(client.unwrap());
            }
        });
        proxy
    }

    /// From now on, each connection is cut after twice as many bytes as the one before.
    pub fn cut_after(&self, bytes: usize, doublings: u32) {
        self.break_all();
        let mut state = self.state.lock().unwrap();
        (state.budget, state.doublings) = (Some(bytes), doublings);
    }

    /// How many connections the budget ended.
    pub fn cut(&self) -> usize {
        self.state.lock().unwrap().cut
    }

    pub fn break_all(&self) {
        for stream in self.state.lock().unwrap().open.drain(..) {
            // The other side may have ended it already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub fn down(&self) {
        self.state.lock().unwrap().is_down = true;
        self.break_all();
    }

    pub fn up(&self, server: SocketAddr) {
        let mut state = self.state.lock().unwrap();
        state.server = server;
        state.is_down = false;
    }

    fn carry(&self, client: TcpStream) {
        let mut state = self.state.lock().unwrap();
        if state.is_down {
            return;
        }
        let Ok(server) = TcpStream::connect(state.server) else { return };
        state.open.push(client.try_clone().unwrap());
        state.open.push(server.try_clone().unwrap());
        let budget = state.budget;
        state.budget = match (budget, state.doublings) {
            (Some(bytes), 1..) => Some(bytes * 2),
            (Some(_) | None, _) => None,
        };
        state.doublings = state.doublings.saturating_sub(1);
        drop(state);
        let (upwards, back) = ((client.try_clone().unwrap(), server.try_clone().unwrap()), self.clone());
        std::thread::spawn(move || copy(upwards.0, upwards.1, None));
        std::thread::spawn(move || {
            if copy(server, client, budget) {
                back.state.lock().unwrap().cut += 1;
            }
        });
    }
}

/// Copies until either side ends, or so many bytes were carried: whether it was that.
fn copy(mut from: TcpStream, mut to: TcpStream, budget: Option<usize>) -> bool {
    let (mut buffer, mut left) = ([0; 16 * 1024], budget.unwrap_or(usize::MAX));
    while left > 0 {
        let most = left.min(buffer.len());
        let read = from.read(&mut buffer[..most]).unwrap_or(0);
        if read == 0 || to.write_all(&buffer[..read]).is_err() {
            break;
        }
        left -= read;
    }
    for stream in [from, to] {
        let _ = stream.shutdown(Shutdown::Both);
    }
    left == 0
}
