use super::*;

fn reach(route: &str, action: Action, keys: KeysDraft) -> Reach {
    Reach {
        routes: Route::parse_all(route).unwrap(),
        door: Door::Verified,
        action,
        table: 0,
        index: None,
        keys,
        remark: KeyRemark::default(),
        must_own: Vec::new(),
        attributes: None,
        limit: None,
    }
}

fn drafted(reaches: Vec<Reach>) -> Vec<(String, Vec<String>)> {
    let told = |grant: GrantDraft| {
        let route = |(route, actions): &(String, Vec<Action>)| {
            let names: Vec<&str> = actions.iter().map(|action| action.name()).collect();
            format!("{route}: {}", names.join(" "))
        };
        (grant.name.clone(), grant.routes.iter().map(route).collect())
    };
    grants(reaches, &Tables::default()).0.into_iter().map(told).collect()
}

fn grant(name: &str, routes: &[&str]) -> (String, Vec<String>) {
    (name.to_owned(), routes.iter().map(|route| (*route).to_owned()).collect())
}

#[test]
fn routes_that_reach_the_same_share_a_grant() {
    let own = || KeysDraft::Within(vec![("PK".to_owned(), "T#{tenant}".to_owned())]);
    let found = drafted(vec![
        reach("GET /orders", Action::Query, own()),
        reach("GET /orders/{id}", Action::GetItem, own()),
        reach("GET /orders", Action::BatchGetItem, own()),
        reach("PUT /orders/{id}", Action::PutItem, own()),
        reach("GET /all", Action::Query, KeysDraft::Any),
    ]);
    assert_eq!(
        found,
        [
            grant("get-orders", &["GET /orders: Query BatchGetItem", "GET /orders/{id}: GetItem"]),
            grant("put-orders-id", &["PUT /orders/{id}: PutItem"]),
            grant("get-all", &["GET /all: Query"]),
        ]
    );
}

#[test]
fn a_route_stands_once_in_a_grant() {
    let found = drafted(vec![
        reach("ANY /x/{a}", Action::GetItem, KeysDraft::Any),
        reach("GET /x/{b}", Action::GetItem, KeysDraft::Any),
        reach("POST /x/{b}", Action::PutItem, KeysDraft::Any),
        reach("sendMessage", Action::PutItem, KeysDraft::Any),
    ]);
    assert_eq!(
        found,
        [
            grant("any-x-a", &["ANY /x/{a}: GetItem"]),
            grant("get-x-a", &["GET /x/{a}: GetItem"]),
            grant("post-x-a", &["POST /x/{a}: PutItem", "sendMessage: PutItem"]),
        ]
    );
}

#[test]
fn names_of_letters_digits_and_signs() {
    for (route, name) in [
        ("GET /", "get-root"),
        ("ANY /{proxy+}", "any-proxy"),
        ("$connect", "connect"),
        ("GET /a.b/~c", "get-a-b-c"),
        ("$default", "default"),
        ("_", "route"),
    ] {
        assert_eq!(named_after(route), name, "{route}");
    }
    assert!(named_after(&format!("GET /{}", "x/".repeat(200))).len() <= MAX_NAME);
}
