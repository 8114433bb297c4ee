//! Ours and an independent set of BuildKit's messages must agree on every field's number, type and name.
//!
//! The values come from our `.proto` files: every field is set, each string to its field's name, so that two fields
//! changing places are found as well. What the other set decodes must print the same and encode to the same bytes.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::fmt::Debug;

use bollard_buildkit_proto::moby::buildkit::v1 as other;
use bollard_buildkit_proto::{fsutil as other_fsutil, google as other_google, pb as other_pb};
use buildkit_proto::{apicaps, frontend, fsutil, google, pb, types};
use prost::Message;
use protox::prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value,
};

/// What the other set, made from an earlier release, does not know.
const UNKNOWN_TO_THE_OTHER: &[&str] = &["pb.OpMetadata.linux_resources"];

#[test]
fn every_message_means_the_same_to_both() {
    let pool = pool();
    let mut seen = BTreeSet::new();
    let mut check = Check { pool: &pool, seen: &mut seen };

    check.both::<pb::Op, other_pb::Op>("pb.Op");
    check.both::<pb::FileAction, other_pb::FileAction>("pb.FileAction");
    check.both::<pb::ChownOpt, other_pb::ChownOpt>("pb.ChownOpt");
    check.both::<pb::Definition, other_pb::Definition>("pb.Definition");
    check.both::<apicaps::ApiCap, other::apicaps::ApiCap>("moby.buildkit.v1.apicaps.ApiCap");
    check.both::<types::WorkerRecord, other::types::WorkerRecord>("moby.buildkit.v1.types.WorkerRecord");
    check.both::<fsutil::types::Stat, other_fsutil::types::Stat>("fsutil.types.Stat");
    check.both::<google::rpc::Status, other_google::rpc::Status>("google.rpc.Status");
    macro_rules! frontend {
        ($($name:ident)+) => {$(
            check.both::<frontend::$name, other::frontend::$name>(
                concat!("moby.buildkit.v1.frontend.", stringify!($name)),
            );
        )+};
    }
    frontend! {
        PingRequest PongResponse SolveRequest SolveResponse Result
        ResolveSourceMetaRequest ResolveSourceMetaResponse
        ReadFileRequest ReadFileResponse ReadDirRequest ReadDirResponse StatFileRequest StatFileResponse
        EvaluateRequest EvaluateResponse InputsRequest InputsResponse WarnRequest WarnResponse
        ReturnRequest ReturnResponse ResolveImageConfigRequest ResolveImageConfigResponse
    }

    let missed: Vec<_> = pool
        .all_messages()
        .filter(|message| !message.is_map_entry() && message.package_name() != "google.protobuf")
        .map(|message| message.full_name().to_owned())
        .filter(|name| !seen.contains(name) && name != "pb.LinuxResources")
        .collect();
    assert!(missed.is_empty(), "compared with nothing: {missed:?}");
}

#[test]
fn the_calls_have_buildkits_names() {
    let service = pool().get_service_by_name("moby.buildkit.v1.frontend.LLBBridge").unwrap();
    let calls: Vec<_> = service.methods().map(|method| method.name().to_owned()).collect();
    assert_eq!(
        calls.join(" "),
        "Ping Solve ResolveImageConfig ResolveSourceMeta ReadFile ReadDir StatFile Evaluate Inputs Warn Return"
    );
}

#[test]
fn resource_limits_have_buildkits_numbers() {
    let limits = pb::LinuxResources {
        memory: 1,
        memory_swap: 2,
        cpu_shares: 3,
        cpu_period: 4,
        cpu_quota: 5,
        cpuset_cpus: "6".to_owned(),
        cpuset_mems: "7".to_owned(),
    };
    let metadata = pb::OpMetadata { linux_resources: Some(limits), ..Default::default() };
    let bytes = b"\x3a\x10\x08\x01\x10\x02\x18\x03\x20\x04\x28\x05\x32\x016\x3a\x017";
    assert_eq!(metadata.encode_to_vec(), bytes);
}

fn pool() -> DescriptorPool {
    let files = protox::compile(["gateway.proto"], [env!("CARGO_MANIFEST_DIR")]).unwrap();
    DescriptorPool::from_file_descriptor_set(files).unwrap()
}

struct Check<'a> {
    pool: &'a DescriptorPool,
    seen: &'a mut BTreeSet<String>,
}

impl Check<'_> {
    fn both<Ours, Theirs>(&mut self, name: &str)
    where
        Ours: Message + Default + Debug + PartialEq,
        Theirs: Message + Default + Debug,
    {
        let descriptor = self.pool.get_message_by_name(name).unwrap();
        // As many examples as the longest oneof has members.
        for pick in 0..5 {
            let bytes = self.example(&descriptor, pick, &mut Vec::new()).encode_to_vec();
            let ours = Ours::decode(&*bytes).unwrap();
            let theirs = Theirs::decode(&*bytes).unwrap();
            assert_eq!(ours.encode_to_vec(), bytes, "{name}: ours writes other bytes");
            assert_eq!(theirs.encode_to_vec(), bytes, "{name}: theirs writes other bytes\n{theirs:#?}");
            assert_eq!(Ours::decode(&*theirs.encode_to_vec()).unwrap(), ours, "{name}");
            same_print(name, &format!("{ours:#?}"), &format!("{theirs:#?}"));
        }
    }

    /// A message with every field set; of a oneof, the member that `pick` chooses.
    fn example(
        &mut self,
        message: &MessageDescriptor,
        pick: usize,
        above: &mut Vec<String>,
    ) -> DynamicMessage {
        self.seen.insert(message.full_name().to_owned());
        above.push(message.full_name().to_owned());
        let mut example = DynamicMessage::new(message.clone());
        for field in message.fields() {
            let another_is_picked = field.containing_oneof().is_some_and(|oneof| {
                let member = pick % oneof.fields().len();
                oneof.fields().nth(member).unwrap().number() != field.number()
            });
            let unknown = UNKNOWN_TO_THE_OTHER.contains(&field.full_name());
            if another_is_picked || unknown || repeats(&field, above) {
                continue;
            }
            let value = if field.is_map() {
                let Kind::Message(entry) = field.kind() else { unreachable!("a map is made of entries") };
                let value = self.value(&entry.map_entry_value_field(), pick, above);
                let key = MapKey::String(format!("{} key", field.name()));
                Value::Map([(key, value)].into())
            } else if field.is_list() {
                Value::List(vec![self.value(&field, pick, above), self.value(&field, pick, above)])
            } else {
                self.value(&field, pick, above)
            };
            example.set_field(&field, value);
        }
        above.pop();
        example
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library's enum, and BuildKit uses no other kinds"
    )]
    fn value(&mut self, field: &FieldDescriptor, pick: usize, above: &mut Vec<String>) -> Value {
        match field.kind() {
            Kind::Int32 => Value::I32(i32::MIN),
            Kind::Int64 => Value::I64(i64::MIN),
            Kind::Uint32 => Value::U32(u32::MAX),
            Kind::Uint64 => Value::U64(u64::MAX),
            Kind::Bool => Value::Bool(true),
            Kind::String => Value::String(field.name().to_owned()),
            Kind::Bytes => Value::Bytes(field.name().to_owned().into_bytes().into()),
            Kind::Enum(values) => Value::EnumNumber(values.values().last().unwrap().number()),
            Kind::Message(message) => Value::Message(self.example(&message, pick, above)),
            kind => panic!("{}: no example of a {kind:?} yet", field.full_name()),
        }
    }
}

/// Whether filling `field` would go on for ever: a file's own graph has files again.
fn repeats(field: &FieldDescriptor, above: &[String]) -> bool {
    field.kind().as_message().is_some_and(|message| above.iter().any(|name| name == message.full_name()))
}

/// Every line of our print must come in theirs, in order; theirs has more, as we declare a subset.
fn same_print(name: &str, ours: &str, theirs: &str) {
    let mut rest = theirs.lines().map(str::trim);
    for line in ours.lines().map(str::trim).filter(|line| !left_empty(line)) {
        assert!(rest.any(|their| their == line), "{name}: theirs has no line {line:?}:\n{ours}\n{theirs}");
    }
}

/// Whether the line prints a field that the other set does not know.
fn left_empty(line: &str) -> bool {
    let field = line.strip_suffix(": None,");
    field.is_some_and(|field| UNKNOWN_TO_THE_OTHER.iter().any(|name| name.ends_with(field)))
}
