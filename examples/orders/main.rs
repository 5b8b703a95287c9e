//! A small orders service to try `stipula verify` on: right by default, broken in one way or another by `--fault`.
//!
//! In come options; out comes a service on a port of this machine, whose address is the first line printed. Contracts
//! of its consumers and its description are in `fixtures/contract/orders`.

mod service;

use clap::Parser;
use service::{Options, Service};
use std::error::Error;
use std::io::{self, Read, Write};
use std::thread;

/// An orders service to try `stipula verify` on.
///
/// It prints its address and serves until it is stopped. Its orders are kept in memory, its clock stands still and its
/// ids are counted, so that runs repeat. `POST /_states` takes provider states, `GET /_ready` tells that it
/// serves, `POST /_token` gives OAuth2 access tokens and `GET /_requests` lists what was asked.
#[derive(Parser)]
#[command(name = "orders", max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    options: Options,

    /// End when standard input is closed, so that the service does not outlive the program that started it.
    #[arg(long)]
    until_stdin_closes: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let service = Service::start(arguments.options)?;
    let mut output = io::stdout();
    writeln!(output, "{}", service.url())?;
    output.flush()?;
    if arguments.until_stdin_closes {
        io::stdin().read_to_end(&mut Vec::new())?;
    } else {
        loop {
            thread::park();
        }
    }
    Ok(())
}
