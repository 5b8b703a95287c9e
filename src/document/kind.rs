//! The kinds of nodes that rules and comparisons speak of.

use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a node is, in the words of its specification.
        ///
        /// The grammar table of each specification version gives its nodes these kinds; one kind serves every
        /// format that has the same thing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name that rule pages and messages use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }
    };
}

kinds! {
    /// No kind: a list or a map between two kinds, or a plain value.
    Plain,
    /// Data that the document carries and the specification does not look into: examples, defaults, enum values,
    /// extensions.
    Data,
    /// An object that only refers to another one.
    Reference,
    /// The root object of a description.
    Root,
    /// Title, version, owner of an API.
    Info,
    /// Who to ask.
    Contact,
    /// Under which terms.
    License,
    /// Where the API is served.
    Server,
    /// A variable of a server's URL.
    ServerVariable,
    /// All paths of an HTTP API.
    Paths,
    /// One path, webhook or callback URL with its operations.
    PathItem,
    /// One thing that can be done: a request, or sending or receiving on a channel.
    Operation,
    /// A link to documentation elsewhere.
    ExternalDocs,
    /// A parameter of an operation, or of a channel's address.
    Parameter,
    /// The type of the elements of a Swagger 2.0 parameter or header.
    Items,
    /// What a request carries.
    RequestBody,
    /// A body in one media type.
    MediaType,
    /// How one part of a body is encoded.
    Encoding,
    /// All responses of an operation.
    Responses,
    /// One response.
    Response,
    /// Requests that the provider sends back.
    Callback,
    /// A named example.
    Example,
    /// How a response leads to another operation.
    Link,
    /// A header of a response.
    Header,
    /// A group of operations.
    Tag,
    /// A JSON Schema, in the dialect of its specification.
    Schema,
    /// How the branch of a union is told.
    Discriminator,
    /// How a schema looks in XML.
    Xml,
    /// A way to authenticate.
    SecurityScheme,
    /// The OAuth flows of a security scheme.
    OAuthFlows,
    /// One OAuth flow.
    OAuthFlow,
    /// Which security schemes a request has to satisfy together.
    SecurityRequirement,
    /// What other parts of the description refer to.
    Components,
    /// What a consumer recorded of its exchanges with a provider.
    Contract,
    /// The consumer or the provider of a contract.
    Participant,
    /// One exchange that a contract records.
    Interaction,
    /// What must be so at the provider before an interaction takes place.
    ProviderState,
    /// The request of an interaction.
    RecordedRequest,
    /// The response of an interaction.
    RecordedResponse,
    /// A message that a contract records.
    RecordedMessage,
    /// Where messages travel in an event-driven API.
    Channel,
    /// What several operations on channels have in common.
    OperationTrait,
    /// What several messages have in common.
    MessageTrait,
    /// An example of a message.
    MessageExample,
    /// A schema together with the format that it is written in.
    MultiFormatSchema,
    /// What answers the message of an operation.
    Reply,
    /// Where an answer goes.
    ReplyAddress,
    /// Where a message says what it belongs to.
    CorrelationId,
    /// What protocols add to a server, by protocol.
    ServerBindings,
    /// What protocols add to a channel, by protocol.
    ChannelBindings,
    /// What protocols add to an operation, by protocol.
    OperationBindings,
    /// What protocols add to a message, by protocol.
    MessageBindings,
    /// What one protocol adds to a server.
    ServerBinding,
    /// What one protocol adds to a channel.
    ChannelBinding,
    /// What one protocol adds to an operation.
    OperationBinding,
    /// What one protocol adds to a message.
    MessageBinding,
    /// A schema in Avro.
    AvroSchema,
    /// A Protobuf file.
    File,
    /// Another file that a Protobuf file uses.
    Import,
    /// A message: of Protobuf, or what travels on a channel.
    Message,
    /// A field of a message, or one that extends it; a field of a record in Avro.
    Field,
    /// The type of a field that is a map.
    MapType,
    /// Fields of which one at most is set.
    Oneof,
    /// An enum of Protobuf.
    Enum,
    /// A value of an enum.
    EnumValue,
    /// A service: methods that belong together.
    Service,
    /// A method of a service.
    Rpc,
    /// What goes one way in a method: a message, or a stream of them.
    RpcMessage,
    /// A block of fields that extend a message.
    Extend,
    /// Numbers that are reserved, or left to extensions.
    Range,
}

impl Kind {
    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
