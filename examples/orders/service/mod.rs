//! The orders service: options in, a running service out. The program beside it runs one, and tests run many.

mod answer;
mod certificates;
mod faults;
mod form;
mod options;
mod order;
mod orders;
mod payload;
mod serving;
mod states;

pub(crate) use options::Options;

use certificates::Certificates;
use serving::Provider;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};

/// A running service; it ends when this is dropped.
pub(crate) struct Service {
    address: SocketAddr,
    is_tls: bool,
    /// Keeps the port of a service that refuses connections from going to somebody else.
    _refusing: Option<TcpSocket>,
    _runtime: Runtime,
}

impl Service {
    /// Starts a service and writes the certificates that were asked for. Connections are taken when this returns.
    pub(crate) fn start(options: Options) -> Result<Service, Box<dyn Error>> {
        if let Some(contradiction) = options.contradiction() {
            return Err(contradiction.into());
        }
        let certificates = options.tls.then(|| Certificates::make(&options)).transpose()?;
        let tls = certificates.map(|certificates| certificates.server_configuration(&options));
        let tls = tls.transpose()?;
        let is_tls = tls.is_some();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let _entered = runtime.enter();

        let (address, refusing) = if options.has(options::Fault::Refuse) {
            let socket = if options.listen.is_ipv4() {
                TcpSocket::new_v4()?
            } else {
                TcpSocket::new_v6()?
            };
            socket.bind(options.listen)?;
            (socket.local_addr()?, Some(socket))
        } else {
            let listener = runtime.block_on(TcpListener::bind(options.listen))?;
            let address = listener.local_addr()?;
            let provider = Arc::new(Provider::new(options));
            runtime.spawn(serving::accept(listener, tls, provider));
            (address, None)
        };
        Ok(Service {
            address,
            is_tls,
            _refusing: refusing,
            _runtime: runtime,
        })
    }

    /// Where it is to be found.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }
}
