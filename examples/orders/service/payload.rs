//! Bodies of answers, those included that no honest service sends.

use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::io;
use std::iter;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{self, Sleep};

/// A body as pieces that are made when the client is ready for them, so that size costs no memory and nothing goes
/// on when the client is gone.
pub(crate) struct Payload {
    pieces: Box<dyn Iterator<Item = Bytes> + Send + Sync>,
    /// If it is to be announced.
    length: Option<u64>,
    end: End,
}

/// What comes after the last piece.
pub(crate) enum End {
    /// The end of the body.
    Complete,
    /// Nothing, for as long as the client waits.
    Stall,
    /// The loss of the connection, when the pieces have had time to leave.
    Break,
    /// The same, with the time running.
    Breaking(Pin<Box<Sleep>>),
}

/// How long a connection is kept so that what was sent gets to the client; HTTP/2 drops what waits when a stream is reset.
const TO_LEAVE: Duration = Duration::from_millis(50);

impl Payload {
    /// A body with these bytes and no others.
    pub(crate) fn whole(bytes: Bytes) -> Payload {
        let length = bytes.len() as u64;
        Payload::pieces(iter::once(bytes), Some(length), End::Complete)
    }

    /// A body of these pieces, with its length where that is known or claimed.
    pub(crate) fn pieces(
        pieces: impl Iterator<Item = Bytes> + Send + Sync + 'static,
        length: Option<u64>,
        end: End,
    ) -> Payload {
        Payload {
            pieces: Box::new(pieces.filter(|piece| !piece.is_empty())),
            length,
            end,
        }
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(piece) = self.pieces.next() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        if matches!(self.end, End::Break) {
            self.end = End::Breaking(Box::pin(time::sleep(TO_LEAVE)));
        }
        match &mut self.end {
            End::Complete => Poll::Ready(None),
            End::Stall | End::Break => Poll::Pending,
            End::Breaking(timer) => timer
                .as_mut()
                .poll(context)
                .map(|()| Some(Err(io::ErrorKind::ConnectionReset.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.length == Some(0) && matches!(self.end, End::Complete)
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
