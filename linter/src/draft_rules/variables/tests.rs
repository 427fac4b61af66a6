use super::*;

fn names(paths: &[&str]) -> Vec<(String, Option<String>)> {
    let read = paths.iter().filter_map(|path| Read::of(path)).collect();
    let told = |draft: &VariableDraft| {
        let claim = match &draft.source {
            VariableSource::Claim(claim) => Some(claim.clone()),
            VariableSource::Identity(_) => None,
        };
        (draft.name.clone(), claim)
    };
    Variables::of(&read).list().iter().map(told).collect()
}

fn of_claim(name: &str, claim: &str) -> (String, Option<String>) {
    (name.to_owned(), Some(claim.to_owned()))
}

#[test]
fn variables_by_what_templates_read() {
    assert_eq!(names(&["authorizer.tenant", "requestId"]), [of_claim("tenant", "tenant")]);
    assert_eq!(names(&["authorizer.claims.sub"]), [of_claim("user", "sub")]);
    assert_eq!(names(&["authorizer.claims.custom:tenant"]), [of_claim("tenant", "custom:tenant")]);
    assert_eq!(names(&["authorizer.claims.https://example.com/"]), [of_claim("com", "https://example.com/")]);
    assert_eq!(names(&["identity.cognitoIdentityId"]), [("identity".to_owned(), None)]);
    assert_eq!(names(&["authorizer.principalId", "authorizer.grants", "authorizer.a-b"]), []);
    assert_eq!(
        names(&["authorizer.user", "authorizer.claims.sub", "authorizer.claims.1"]),
        [of_claim("user", "user"), of_claim("claim_1", "1"), of_claim("user_2", "sub")]
    );
    // One claim is one variable, whichever way it is read.
    assert_eq!(names(&["authorizer.email", "authorizer.claims.email"]), [of_claim("email", "email")]);
}

#[test]
fn patterns_without_separators() {
    let separators = Separators::from([("a".to_owned(), ['-', '_'].into()), ("b".to_owned(), [].into())]);
    assert_eq!(pattern(&separators, "a").as_deref(), Some("[A-Za-z0-9.@]{1,64}"));
    assert_eq!(pattern(&separators, "b"), None);
    assert_eq!(pattern(&separators, "c"), None);
    for source in ["[A-Za-z0-9.@]{1,64}", "[A-Za-z0-9_.@]{1,64}", "[A-Za-z0-9]{1,64}", "[A-Za-z0-9-]{1,64}"] {
        ValuePattern::parse(source).unwrap();
    }
}
