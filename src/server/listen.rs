//! Taking connections.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpListener;

/// Why nobody can be listened to.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    #[error("the port {port} of {address} is taken\n{}", taken(*port))]
    Taken { address: IpAddr, port: u16 },
    #[error("{address} can't be listened on: {source}")]
    Failed { address: SocketAddr, source: io::Error },
}

fn taken(port: u16) -> String {
    format!(
        "is another server running? name another port, or 0 for any that is free: `--port {}`",
        port.wrapping_add(1)
    )
}

/// Listens on all of `addresses` with the same port; 0 takes one that is free. Loopback may lack one of its two
/// families, and the other serves.
pub async fn bind(addresses: &[IpAddr], port: u16) -> Result<Vec<TcpListener>, ListenError> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut chosen = port;
    for ip in addresses {
        let address = SocketAddr::new(*ip, chosen);
        match TcpListener::bind(address).await {
            Ok(listener) => {
                chosen = listener.local_addr().map_or(chosen, |bound| bound.port());
                listeners.push(listener);
            }
            Err(error) if is_absent(&error) && !listeners.is_empty() => {
                tracing::info!(%address, %error, "this machine does not have it; the other address serves");
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                return Err(ListenError::Taken { address: *ip, port: chosen });
            }
            Err(source) => return Err(ListenError::Failed { address, source }),
        }
    }
    Ok(listeners)
}

/// Whether the machine has no such address, or not even the family.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported)
        || error.raw_os_error() == Some(rustix::io::Errno::AFNOSUPPORT.raw_os_error())
}
