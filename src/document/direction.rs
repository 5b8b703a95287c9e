//! Which way values travel.

/// Which way a value travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From the consumer to the provider.
    Request,
    /// From the provider to the consumer.
    Response,
}

impl Direction {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Request, Self::Response];

    /// The other way: what callbacks and webhooks do to the requests and responses that they describe.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Request => Self::Response,
            Self::Response => Self::Request,
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }

    /// The direction that a word names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|direction| direction.name() == name)
    }
}
