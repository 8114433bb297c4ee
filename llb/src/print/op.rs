//! An op as JSON, in the terms of the wire.

use buildkit_proto::pb;
use pb::file_action::Action;
use pb::op::Op;
use serde_json::{Value, json};

pub(super) fn op_json(op: &pb::Op) -> Value {
    match &op.op {
        Some(Op::Source(source)) => json!({ "identifier": source.identifier, "attrs": source.attrs }),
        Some(Op::Exec(exec)) => exec_json(exec),
        Some(Op::File(file)) => {
            json!({ "actions": file.actions.iter().map(action_json).collect::<Vec<_>>() })
        }
        // They have nothing but their inputs.
        Some(Op::Merge(_) | Op::Diff(_)) | None => Value::Null,
    }
}

fn exec_json(exec: &pb::ExecOp) -> Value {
    let meta = exec.meta.clone().unwrap_or_default();
    let proxy = meta.proxy_env.unwrap_or_default();
    json!({
        "args": meta.args,
        "env": meta.env,
        "cwd": meta.cwd,
        "user": meta.user,
        "hostname": meta.hostname,
        "proxy": {
            "http": proxy.http_proxy,
            "https": proxy.https_proxy,
            "ftp": proxy.ftp_proxy,
            "no": proxy.no_proxy,
            "all": proxy.all_proxy,
        },
        "extraHosts": meta.extra_hosts.iter().map(|host| format!("{}={}", host.host, host.ip)).collect::<Vec<_>>(),
        "devices": exec.cdi_devices.iter().map(|device| json!({
            "name": device.name,
            "optional": device.optional,
        })).collect::<Vec<_>>(),
        "ulimits": meta.ulimit.iter().map(|limit| format!("{}={}:{}", limit.name, limit.soft, limit.hard)).collect::<Vec<_>>(),
        "cgroupParent": meta.cgroup_parent,
        "validExitCodes": meta.valid_exit_codes,
        "network": named(exec.network != 0, exec.network().as_str_name()),
        "security": named(exec.security != 0, exec.security().as_str_name()),
        "secretEnv": exec.secretenv.iter().map(|secret| json!({
            "id": secret.id,
            "name": secret.name,
            "optional": secret.optional,
        })).collect::<Vec<_>>(),
        "mounts": exec.mounts.iter().map(mount_json).collect::<Vec<_>>(),
    })
}

fn mount_json(mount: &pb::Mount) -> Value {
    let kind = mount.mount_type();
    // Secrets and agents have no output, although the field is 0.
    let has_output = !matches!(kind, pb::MountType::Secret | pb::MountType::Ssh) && mount.output >= 0;
    let cache = mount.cache_opt.as_ref();
    let secret = mount.secret_opt.as_ref().map(|secret| {
        json!({ "id": secret.id, "owner": owner(secret.uid, secret.gid), "mode": octal(secret.mode), "optional": secret.optional })
    });
    let ssh = mount.ssh_opt.as_ref().map(|ssh| {
        json!({ "id": ssh.id, "owner": owner(ssh.uid, ssh.gid), "mode": octal(ssh.mode), "optional": ssh.optional })
    });
    json!({
        "dest": mount.dest,
        "type": short(kind.as_str_name()),
        "input": edge(mount.input),
        "selector": mount.selector,
        "readonly": mount.readonly,
        "output": has_output.then(|| mount.output.to_string()),
        "cache": cache.map(|cache| json!({ "id": cache.id, "sharing": short(cache.sharing().as_str_name()) })),
        "size": mount.tmpfs_opt.map(|tmpfs| tmpfs.size),
        "secret": secret,
        "ssh": ssh,
    })
}

fn action_json(action: &pb::FileAction) -> Value {
    let (name, body) = match &action.action {
        Some(Action::Copy(copy)) => ("copy", copy_json(copy)),
        Some(Action::Mkfile(file)) => (
            "mkfile",
            json!({
                "path": file.path,
                "mode": octal(file.mode.cast_unsigned()),
                "data": std::str::from_utf8(&file.data).ok(),
                "bytes": file.data.len(),
                "owner": file.owner.as_ref().map(chown),
                "timestamp": kept(file.timestamp),
            }),
        ),
        Some(Action::Mkdir(dir)) => (
            "mkdir",
            json!({
                "path": dir.path,
                "mode": octal(dir.mode.cast_unsigned()),
                "parents": dir.make_parents,
                "owner": dir.owner.as_ref().map(chown),
                "timestamp": kept(dir.timestamp),
            }),
        ),
        Some(Action::Rm(rm)) => (
            "rm",
            json!({ "path": rm.path, "allowMissing": rm.allow_not_found, "wildcard": rm.allow_wildcard }),
        ),
        Some(Action::Symlink(link)) => (
            "symlink",
            json!({
                "target": link.oldpath,
                "link": link.newpath,
                "owner": link.owner.as_ref().map(chown),
                "timestamp": kept(link.timestamp),
            }),
        ),
        None => ("other", Value::Null),
    };
    json!({ "action": name, "input": edge(action.input), "from": edge(action.secondary_input), name: body })
}

fn copy_json(copy: &pb::FileActionCopy) -> Value {
    json!({
        "src": copy.src,
        "dest": copy.dest,
        "owner": copy.owner.as_ref().map(chown),
        "mode": match (copy.mode_str.as_str(), copy.mode) {
            ("", ..0) => String::new(),
            ("", bits) => octal(bits.cast_unsigned()),
            (change, _) => change.to_owned(),
        },
        "followSymlink": copy.follow_symlink,
        "contentsOnly": copy.dir_copy_contents,
        "unpack": copy.attempt_unpack_docker_compatibility,
        "createDest": copy.create_dest_path,
        "wildcard": copy.allow_wildcard,
        "allowEmptyWildcard": copy.allow_empty_wildcard,
        "timestamp": kept(copy.timestamp),
        "include": copy.include_patterns,
        "exclude": copy.exclude_patterns,
        "replaceExisting": copy.always_replace_existing_dest_paths,
        "required": copy.required_paths,
    })
}

/// A source location: the position of the file, and the ranges in it.
pub(super) fn location_json(location: &pb::Location) -> Value {
    let place = |place: Option<&pb::Position>| {
        place.map_or_else(String::new, |place| format!("{}:{}", place.line, place.character))
    };
    let range = |range: &pb::Range| format!("{}-{}", place(range.start.as_ref()), place(range.end.as_ref()));
    json!({
        "file": location.source_index.to_string(),
        "ranges": location.ranges.iter().map(range).collect::<Vec<_>>(),
    })
}

/// A position among inputs, as text, so that 0 is not left out.
fn edge(input: i64) -> Option<String> {
    (input >= 0).then(|| input.to_string())
}

/// A time, as text, so that 0 is not left out; none for −1.
fn kept(timestamp: i64) -> Option<String> {
    (timestamp != -1).then(|| timestamp.to_string())
}

fn octal(mode: u32) -> String {
    format!("{mode:04o}")
}

fn owner(uid: u32, gid: u32) -> String {
    format!("{uid}:{gid}")
}

fn chown(owner: &pb::ChownOpt) -> String {
    let name = |user: &Option<pb::UserOpt>| match user.as_ref().and_then(|user| user.user.as_ref()) {
        Some(pb::user_opt::User::ByName(named)) => named.name.clone(),
        Some(pb::user_opt::User::ById(id)) => id.to_string(),
        None => String::new(),
    };
    format!("{}:{}", name(&owner.user), name(&owner.group))
}

fn named(set: bool, name: &str) -> Option<String> {
    set.then(|| short(name))
}

/// The last word of an enum value's name, in lower case: `CACHE_SHARING_OPT_LOCKED` is `locked`.
fn short(name: &str) -> String {
    name.rsplit('_').next().unwrap_or(name).to_lowercase()
}
