//! The formats of API descriptions, as rule pages and reports call them.

/// A format of API descriptions.
///
/// Pages name what they look at by it: kinds such as `Operation` or `Message` can belong to several formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FormatName {
    /// OpenAPI, and Swagger 2.0 before it.
    OpenApi,
    /// AsyncAPI.
    AsyncApi,
    /// Protobuf and gRPC.
    Protobuf,
}

impl FormatName {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::OpenApi, Self::AsyncApi, Self::Protobuf];

    /// The key of rule pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenApi => "openapi",
            Self::AsyncApi => "asyncapi",
            Self::Protobuf => "protobuf",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::OpenApi => "OpenAPI",
            Self::AsyncApi => "AsyncAPI",
            Self::Protobuf => "Protobuf",
        }
    }
}
