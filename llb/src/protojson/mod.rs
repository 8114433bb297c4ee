//! A graph in the JSON form of protobuf, for programs that know BuildKit's messages: names in camel case as BuildKit
//! declares them, 64-bit numbers as text, bytes in base64, and no default values.

mod message;
mod metadata;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use buildkit_proto::pb;
use pb::file_action::Action;
use pb::op::Op;
use pb::user_opt::User;
use prost::Message;
use serde_json::{Map, Value, json};

use message::{each, long, message, named};

use crate::decode::DecodeError;
use crate::definition::digest;

/// `def` and `metadata` by the digest of each op, and `source`, which is empty if no op has a location.
pub fn protojson(definition: &pb::Definition) -> Result<Value, DecodeError> {
    let mut ops = Map::new();
    for bytes in &definition.def {
        let op = pb::Op::decode(bytes.as_slice()).map_err(DecodeError::Malformed)?;
        ops.insert(digest(bytes), op_of(&op));
    }
    let metadata: Map<String, Value> =
        definition.metadata.iter().map(|(digest, said)| (digest.clone(), metadata::plain(said))).collect();
    let source = definition.source.as_ref().map_or_else(|| json!({}), metadata::source);
    Ok(json!({ "def": ops, "metadata": metadata, "source": source }))
}

fn op_of(op: &pb::Op) -> Value {
    let inputs =
        each(&op.inputs, |input| message([("digest", json!(input.digest)), ("index", long(input.index))]));
    let mut fields = message([("inputs", inputs)]);
    let kind = match &op.op {
        Some(Op::Exec(exec)) => Some(("exec", exec_of(exec))),
        Some(Op::Source(source)) => {
            let attrs = if source.attrs.is_empty() { Value::Null } else { json!(source.attrs) };
            Some(("source", message([("identifier", json!(source.identifier)), ("attrs", attrs)])))
        }
        Some(Op::File(file)) => Some(("file", message([("actions", each(&file.actions, action_of))]))),
        Some(Op::Merge(merge)) => {
            let inputs = each(&merge.inputs, |one| message([("input", long(one.input))]));
            Some(("merge", message([("inputs", inputs)])))
        }
        Some(Op::Diff(diff)) => {
            let lower = diff.lower.map(|one| message([("input", long(one.input))]));
            let upper = diff.upper.map(|one| message([("input", long(one.input))]));
            Some(("diff", message([("lower", json!(lower)), ("upper", json!(upper))])))
        }
        None => None,
    };
    if let Some((name, value)) = kind {
        fields[name] = value;
    }
    if let Some(platform) = &op.platform {
        fields["platform"] = message([
            ("Architecture", json!(platform.architecture)),
            ("OS", json!(platform.os)),
            ("Variant", json!(platform.variant)),
            ("OSVersion", json!(platform.os_version)),
            ("OSFeatures", json!(platform.os_features)),
        ]);
    }
    if let Some(constraints) = &op.constraints {
        fields["constraints"] = message([("filter", json!(constraints.filter))]);
    }
    fields
}

fn exec_of(exec: &pb::ExecOp) -> Value {
    let device = |device: &pb::CdiDevice| {
        message([("name", json!(device.name)), ("optional", json!(device.optional))])
    };
    message([
        ("meta", json!(exec.meta.as_ref().map(meta_of))),
        ("mounts", each(&exec.mounts, mount_of)),
        ("network", named(exec.network, exec.network().as_str_name())),
        ("security", named(exec.security, exec.security().as_str_name())),
        (
            "secretenv",
            each(&exec.secretenv, |secret| {
                message([
                    ("ID", json!(secret.id)),
                    ("name", json!(secret.name)),
                    ("optional", json!(secret.optional)),
                ])
            }),
        ),
        ("cdiDevices", each(&exec.cdi_devices, device)),
    ])
}

fn meta_of(meta: &pb::Meta) -> Value {
    let proxy = meta.proxy_env.as_ref().map(|proxy| {
        message([
            ("httpProxy", json!(proxy.http_proxy)),
            ("httpsProxy", json!(proxy.https_proxy)),
            ("ftpProxy", json!(proxy.ftp_proxy)),
            ("noProxy", json!(proxy.no_proxy)),
            ("allProxy", json!(proxy.all_proxy)),
        ])
    });
    let host = |host: &pb::HostIp| message([("Host", json!(host.host)), ("IP", json!(host.ip))]);
    let limit = |limit: &pb::Ulimit| {
        message([("Name", json!(limit.name)), ("Soft", long(limit.soft)), ("Hard", long(limit.hard))])
    };
    message([
        ("args", json!(meta.args)),
        ("env", json!(meta.env)),
        ("cwd", json!(meta.cwd)),
        ("user", json!(meta.user)),
        ("proxyEnv", json!(proxy)),
        ("extraHosts", each(&meta.extra_hosts, host)),
        ("hostname", json!(meta.hostname)),
        ("ulimit", each(&meta.ulimit, limit)),
        ("cgroupParent", json!(meta.cgroup_parent)),
        ("removeMountStubsRecursive", json!(meta.remove_mount_stubs_recursive)),
        ("validExitCodes", json!(meta.valid_exit_codes)),
    ])
}

fn mount_of(mount: &pb::Mount) -> Value {
    let cache = mount.cache_opt.as_ref().map(|cache| {
        message([("ID", json!(cache.id)), ("sharing", named(cache.sharing, cache.sharing().as_str_name()))])
    });
    let handed = |id: &str, uid: u32, gid: u32, mode: u32, optional: bool| {
        message([
            ("ID", json!(id)),
            ("uid", json!(uid)),
            ("gid", json!(gid)),
            ("mode", json!(mode)),
            ("optional", json!(optional)),
        ])
    };
    let secret = mount.secret_opt.as_ref().map(|it| handed(&it.id, it.uid, it.gid, it.mode, it.optional));
    let ssh = mount.ssh_opt.as_ref().map(|it| handed(&it.id, it.uid, it.gid, it.mode, it.optional));
    message([
        ("input", long(mount.input)),
        ("selector", json!(mount.selector)),
        ("dest", json!(mount.dest)),
        ("output", long(mount.output)),
        ("readonly", json!(mount.readonly)),
        ("mountType", named(mount.mount_type, mount.mount_type().as_str_name())),
        ("TmpfsOpt", json!(mount.tmpfs_opt.map(|tmpfs| message([("size", long(tmpfs.size))])))),
        ("cacheOpt", json!(cache)),
        ("secretOpt", json!(secret)),
        ("SSHOpt", json!(ssh)),
    ])
}

fn action_of(action: &pb::FileAction) -> Value {
    let mut fields = message([
        ("input", long(action.input)),
        ("secondaryInput", long(action.secondary_input)),
        ("output", long(action.output)),
    ]);
    let (name, body) = match &action.action {
        Some(Action::Copy(copy)) => ("copy", copy_of(copy)),
        Some(Action::Mkfile(file)) => (
            "mkfile",
            message([
                ("path", json!(file.path)),
                ("mode", json!(file.mode)),
                ("data", json!(STANDARD.encode(&file.data))),
                ("owner", owner_of(file.owner.as_ref())),
                ("timestamp", long(file.timestamp)),
            ]),
        ),
        Some(Action::Mkdir(dir)) => (
            "mkdir",
            message([
                ("path", json!(dir.path)),
                ("mode", json!(dir.mode)),
                ("makeParents", json!(dir.make_parents)),
                ("owner", owner_of(dir.owner.as_ref())),
                ("timestamp", long(dir.timestamp)),
            ]),
        ),
        Some(Action::Rm(rm)) => (
            "rm",
            message([
                ("path", json!(rm.path)),
                ("allowNotFound", json!(rm.allow_not_found)),
                ("allowWildcard", json!(rm.allow_wildcard)),
            ]),
        ),
        Some(Action::Symlink(link)) => (
            "symlink",
            message([
                ("oldpath", json!(link.oldpath)),
                ("newpath", json!(link.newpath)),
                ("owner", owner_of(link.owner.as_ref())),
                ("timestamp", long(link.timestamp)),
            ]),
        ),
        None => return fields,
    };
    fields[name] = body;
    fields
}

fn copy_of(copy: &pb::FileActionCopy) -> Value {
    message([
        ("src", json!(copy.src)),
        ("dest", json!(copy.dest)),
        ("owner", owner_of(copy.owner.as_ref())),
        ("mode", json!(copy.mode)),
        ("followSymlink", json!(copy.follow_symlink)),
        ("dirCopyContents", json!(copy.dir_copy_contents)),
        ("attemptUnpackDockerCompatibility", json!(copy.attempt_unpack_docker_compatibility)),
        ("createDestPath", json!(copy.create_dest_path)),
        ("allowWildcard", json!(copy.allow_wildcard)),
        ("allowEmptyWildcard", json!(copy.allow_empty_wildcard)),
        ("timestamp", long(copy.timestamp)),
        ("includePatterns", json!(copy.include_patterns)),
        ("excludePatterns", json!(copy.exclude_patterns)),
        ("alwaysReplaceExistingDestPaths", json!(copy.always_replace_existing_dest_paths)),
        ("modeStr", json!(copy.mode_str)),
        ("requiredPaths", json!(copy.required_paths)),
    ])
}

fn owner_of(owner: Option<&pb::ChownOpt>) -> Value {
    // The field is a oneof, so 0 is not left out.
    let user = |user: &pb::UserOpt| match &user.user {
        Some(User::ByName(named)) => {
            json!({ "byName": message([("name", json!(named.name)), ("input", long(named.input))]) })
        }
        Some(User::ById(id)) => json!({ "byID": id }),
        None => json!({}),
    };
    json!(owner.map(|owner| {
        message([
            ("user", json!(owner.user.as_ref().map(user))),
            ("group", json!(owner.group.as_ref().map(user))),
        ])
    }))
}
