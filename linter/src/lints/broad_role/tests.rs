use super::*;

fn policy_text(text: &str) -> PolicyText {
    let mut deployed = crate::api::DeployText::default();
    let mut parts = text.split('<');
    deployed.push_text(parts.next().unwrap_or(""));
    for part in parts {
        let (name, rest) = part.split_once('>').unwrap_or((part, ""));
        deployed.push_placeholder(name);
        deployed.push_text(rest);
    }
    PolicyText { text: deployed, span: HostSpan::new(0, 0) }
}

#[test]
fn every_table_is_told_from_one() {
    for resource in [
        "*",
        "arn:aws:dynamodb:*:*:*",
        "arn:aws:dynamodb:<R>:<A>:table/*",
        "arn:<P>:dynamodb:<R>:<A>:*",
        "arn:aws:dynamodb:*",
        "arn:aws:*",
    ] {
        assert!(is_every_table(&policy_text(resource)), "{resource}");
    }
    for resource in [
        "arn:aws:dynamodb:<R>:<A>:table/Orders",
        "arn:aws:dynamodb:*:*:table/Orders",
        "arn:aws:dynamodb:*:*:table/Orders/*",
        "arn:aws:dynamodb:<R>:<A>:table/<Name>",
        "arn:aws:dynamodb:<R>:<A>:table/orders-*",
        "arn:aws:s3:::*",
        "<Orders.Arn>",
        "<Orders.Arn>/index/*",
        "",
    ] {
        assert!(!is_every_table(&policy_text(resource)), "{resource}");
    }
}

#[test]
fn what_is_of_no_table_is_allowed_on_all_resources() {
    let of = |name: &str| Allowed::of(&policy_text(name)).is_some_and(|allowed| allowed.is_of_tables());
    assert!(of("dynamodb:GetItem") && of("*") && of("dynamodb:List*"));
    assert!(!of("dynamodb:ListTables") && !of("s3:GetObject") && !of("dynamodb:TransactWriteItems"));
}

#[test]
fn a_name_like_an_action_is_a_slip_and_others_may_be_new() {
    let of = |name: &str| {
        let entry = policy_text(name);
        Allowed::of(&entry).and_then(|allowed| unknown(&allowed)).map(|(_, help)| help)
    };
    assert_eq!(of("dynamodb:GetItems").as_deref(), Some("did you mean `dynamodb:GetItem`?"));
    assert!(of("dynamodb:ExecuteStatement").is_some_and(|help| help.contains("PartiQLSelect")));
    assert_eq!(of("dynamodb:BrandNewThing"), None);
    assert_eq!(of("dynamodb:Frob*"), None);
}
