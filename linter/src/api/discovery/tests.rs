use std::fs;

use super::super::Action;
use super::super::lone_template::Direction;
use super::*;

const API: &str = "openapi: 3.0.1\npaths: {/a: {get: {x-amazon-apigateway-integration: {type: aws, uri: 'arn:aws:apigateway:r:dynamodb:action/GetItem'}}}}\n";

/// A directory with these files; a name that ends in `/` is an empty directory.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::write(path, content).unwrap();
        }
    }
    root
}

fn relative(root: &tempfile::TempDir, path: &Path) -> String {
    path.strip_prefix(root.path()).unwrap().to_str().unwrap().replace('\\', "/")
}

fn found(root: &tempfile::TempDir, paths: &[&str]) -> Vec<String> {
    let paths: Vec<_> = paths.iter().map(|path| root.path().join(path)).collect();
    find(&paths).into_iter().map(|found| relative(root, &found.unwrap().path)).collect()
}

fn read(root: &tempfile::TempDir, paths: &[&str], action: Option<&str>) -> Vec<Result<Unit, ReadError>> {
    let paths: Vec<_> = paths.iter().map(|path| root.path().join(path)).collect();
    read_paths(&paths, &Options { action: action.map(str::to_owned), ..Options::default() })
}

#[test]
fn a_walk_finds_definitions_and_templates_by_name_in_order() {
    let root = tree(&[
        ("b/api.yml", ""),
        ("a.yaml", ""),
        ("b/Api.JSON", ""),
        ("c.template", ""),
        ("d.vtl", ""),
        ("e.vm", ""),
        ("f.tf", ""),
        ("g.txt", ""),
        ("node.yaml/", ""),
        (".hidden/h.yaml", ""),
    ]);
    assert_eq!(
        found(&root, &[""]),
        ["a.yaml", "b/Api.JSON", "b/api.yml", "c.template", "d.vtl", "e.vm", "f.tf"]
    );
    assert_eq!(found(&root, &[".hidden"]), [".hidden/h.yaml"]);
}

#[test]
fn a_file_is_found_once_and_a_named_one_whatever_it_is_called() {
    let root = tree(&[("a.txt", ""), ("d/b.yaml", ""), ("d/c.yaml", "")]);
    assert_eq!(found(&root, &["d/c.yaml", "a.txt", "d", "d/../d/b.yaml"]), ["d/c.yaml", "a.txt", "d/b.yaml"]);
    let paths = [root.path().join("d"), root.path().join("d/c.yaml")];
    let named: Vec<_> = find(&paths).into_iter().map(|found| found.unwrap().named).collect();
    assert_eq!(named, [false, true]);
}

#[test]
fn what_git_ignores_is_read_only_where_it_is_named() {
    let root = tree(&[
        (".git/", ""),
        (".gitignore", "cdk.out\nbuild/*\n*.gen.yaml\n/deep/er/\n"),
        ("cdk.out/a.json", ""),
        ("cdk.out/asset/a.json", ""),
        ("build/a.json", ""),
        ("deep/er/x/a.yaml", ""),
        ("src/a.yaml", ""),
        ("src/b.gen.yaml", ""),
        ("src/.gitignore", "own.yaml"),
        ("src/own.yaml", ""),
    ]);
    assert_eq!(found(&root, &[""]), ["src/a.yaml"]);
    assert_eq!(found(&root, &["cdk.out"]), ["cdk.out/a.json", "cdk.out/asset/a.json"]);
    assert_eq!(found(&root, &["cdk.out/asset"]), ["cdk.out/asset/a.json"]);
    assert_eq!(found(&root, &["build"]), ["build/a.json"]);
    assert_eq!(found(&root, &["deep/er/x"]), ["deep/er/x/a.yaml"]);
    assert_eq!(found(&root, &["src"]), ["src/a.yaml"]);
    assert_eq!(found(&root, &["src/b.gen.yaml", "src/own.yaml"]), ["src/b.gen.yaml", "src/own.yaml"]);
}

#[test]
fn an_assembly_of_cdk_is_read_though_git_ignores_it() {
    let root = tree(&[
        (".git/", ""),
        (".gitignore", "out\n*.out\n"),
        ("app/cdk.out/cdk.out", "{\"version\":\"36.0.0\"}"),
        ("app/cdk.out/App.template.json", ""),
        ("app/cdk.out/asset.1/b.json", ""),
        ("app/z.yaml", ""),
        ("cdktf.out/manifest.json", ""),
        ("cdktf.out/stacks/one/x.json", ""),
        // Of the name, and nothing that CDK wrote.
        ("other/cdk.out/a.json", ""),
        ("out/cdk.out/cdk.out", ""),
        ("out/cdk.out/b.json", ""),
    ]);
    let all = [
        "app/cdk.out/App.template.json",
        "app/cdk.out/asset.1/b.json",
        "app/z.yaml",
        "cdktf.out/manifest.json",
        "cdktf.out/stacks/one/x.json",
    ];
    assert_eq!(found(&root, &[""]), all);
    assert_eq!(found(&root, &["app", ""]), all);
    let below: Vec<_> = below(root.path()).map(|found| relative(&root, &found.path)).collect();
    assert_eq!(below, ["app/z.yaml"]);
}

#[test]
fn what_cannot_be_read_is_an_error_and_loses_nothing_else() {
    let root = tree(&[("api.yaml", API), ("broken.yaml", "x-amazon-apigateway-y:\n\n  a: [}\n")]);
    fs::write(root.path().join("latin.yaml"), b"# x-amazon-apigateway \xE9\n").unwrap();
    fs::write(root.path().join("other.yaml"), b"# \xE9 [\n").unwrap();
    let results = read(&root, &["missing", ""], None);
    let shown: Vec<String> = results
        .iter()
        .map(|result| match result {
            Ok(unit) => format!("{} {}", relative(&root, unit.file.path()), unit.integrations.len()),
            Err(error) => {
                error.to_string().replace(&format!("{}/", root.path().display()), "").replace('\\', "/")
            }
        })
        .collect();
    assert_eq!(shown.len(), 5, "{shown:?}");
    assert_eq!(shown[0], "missing: no such file or directory");
    assert_eq!(shown[1], "api.yaml 1");
    assert_eq!(shown[2], "broken.yaml 0");
    assert!(shown[3].starts_with("broken.yaml:3:6: not valid YAML: "), "{}", shown[3]);
    assert_eq!(shown[4], "latin.yaml: is not UTF-8: byte 22 does not belong there");
}

#[cfg(unix)]
#[test]
fn a_socket_is_an_error() {
    let root = tree(&[]);
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("s.yaml")).unwrap();
    let results = read(&root, &["s.yaml"], None);
    assert!(matches!(&results[..], [Err(ReadError { kind: ReadErrorKind::NotAFile, .. })]), "{results:?}");
    assert!(read(&root, &[""], None).is_empty());
}

#[test]
fn a_large_file_is_an_error_only_if_it_is_a_definition() {
    let root = tree(&[]);
    let limit = usize::try_from(MAX_FILE_BYTES).unwrap();
    fs::write(root.path().join("data.json"), vec![b' '; limit + 5]).unwrap();
    assert!(read(&root, &[""], None).is_empty());
    let mut large = API.as_bytes().to_vec();
    large.resize(limit + 5, b'#');
    fs::write(root.path().join("data.json"), &large).unwrap();
    let results = read(&root, &[""], None);
    let [Err(error)] = &results[..] else { panic!("{results:?}") };
    assert!(matches!(error.kind, ReadErrorKind::TooLarge { size } if size == MAX_FILE_BYTES + 5), "{error}");
}

#[test]
fn a_file_without_a_marker_is_skipped_however_broken() {
    let root = tree(&[("a.yaml", "a: ["), ("b.json", "{\"openapi\": \"3.0.1\"}")]);
    assert!(read(&root, &["", "a.yaml"], None).is_empty());
}

#[test]
fn templates_are_read_by_extension_or_with_an_action() {
    let root = tree(&[
        ("mail.vm", "Dear $name"),
        ("put.vtl", "{\"TableName\": \"T\"}"),
        ("snippet.txt", "{\"TableName\": \"T\"}"),
        ("api.yaml", API),
    ]);
    let names = |results: &[Result<Unit, ReadError>]| -> Vec<_> {
        results.iter().map(|unit| relative(&root, unit.as_ref().unwrap().file.path())).collect()
    };
    assert_eq!(names(&read(&root, &[""], None)), ["api.yaml", "put.vtl"]);
    assert_eq!(names(&read(&root, &["mail.vm", "snippet.txt"], None)), ["mail.vm"]);
    let results = read(&root, &["snippet.txt", "api.yaml"], Some("PutItem"));
    assert_eq!(names(&results), ["snippet.txt", "api.yaml"]);
    let lone = results[0].as_ref().unwrap();
    assert_eq!(lone.integrations[0].action, Action::Named("PutItem".to_owned()));
    assert_eq!(lone.lone_template.as_ref().unwrap().direction, Direction::Request);
    assert!(results[1].as_ref().unwrap().lone_template.is_none());
}

#[test]
fn several_documents_of_a_file_are_one_unit() {
    let root = tree(&[("api.yaml", &format!("{API}---\na: [\n---\n{API}# last\n"))]);
    let results = read(&root, &["api.yaml"], None);
    let [Ok(unit), Err(error)] = &results[..] else { panic!("{results:?}") };
    assert_eq!(unit.integrations.len(), 2);
    assert_eq!(unit.file.slice(unit.comments[0]), "# last");
    assert!(matches!(error.kind, ReadErrorKind::Broken { .. }));
}

#[test]
fn references_leave_neither_the_repository_nor_a_directory_without_one() {
    let reference = |to: &str| {
        format!(
            "openapi: 3.0.1\npaths: {{/a: {{get: {{x-amazon-apigateway-integration: {{$ref: '{to}#/i'}}}}}}}}"
        )
    };
    let part = "i: {type: aws, uri: 'arn:aws:apigateway:r:dynamodb:action/GetItem'}";
    let (inside, outside) = (reference("../part.yaml"), reference("../../part.yaml"));
    let root = tree(&[
        ("part.yaml", part),
        ("repo/.git/", ""),
        ("repo/part.yaml", part),
        ("repo/api/inside.yaml", &inside),
        ("repo/api/outside.yaml", &outside),
        ("loose/up.yaml", &inside),
        ("loose/beside.yaml", &reference("part.yaml")),
        ("loose/part.yaml", part),
    ]);
    for (path, expected) in [
        ("repo/api/inside.yaml", 1),
        ("repo/api/outside.yaml", 0),
        ("loose/up.yaml", 0),
        ("loose/beside.yaml", 1),
    ] {
        let results = read(&root, &[path], None);
        assert_eq!(results[0].as_ref().unwrap().integrations.len(), expected, "{path}");
    }
}
