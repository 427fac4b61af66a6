//! What the plugin deploys. Expected texts were written down from its version 2.2.2.

use crate::api::{Action, Authorization, Integration, Passthrough};

use super::{read_files, read_one, shown, with_proxies};

const GET: &str = "    - dynamodb:
        path: /orders/{id}
        method: get
        tableName: {Ref: OrdersTable}
        action: GetItem
        hashKey: {pathParam: id, attributeType: S}
        rangeKey: {queryStringParam: sort, attributeType: N}
        cors: true
";

const PUT: &str = "    - dynamodb:
        path: orders/
        method: POST
        tableName: orders
        action: PutItem
        hashKey: {queryStringParam: id, attributeType: S}
        condition: attribute_not_exists(id)
        authorizationType: COGNITO_USER_POOLS
        authorizerId: {Ref: Pool}
";

fn templates(integration: &Integration) -> Vec<(&str, String)> {
    let all = integration.request_templates.iter();
    all.map(|template| (template.content_type.as_str(), shown(&template.text))).collect()
}

#[test]
fn a_proxy_without_templates_gets_those_of_the_plugin() {
    let get = read_one(&with_proxies(GET));
    assert_eq!((get.route.method.as_deref(), get.route.path.as_deref()), (Some("GET"), Some("/orders/{id}")));
    assert_eq!(get.path_parameters, ["id"]);
    assert_eq!(get.action, Action::Named("GetItem".to_owned()));
    assert_eq!(get.passthrough.0, Passthrough::Never);
    assert_eq!(get.authorization, Authorization::Open);
    let request = r#"{"TableName": "«OrdersTable»","Key":{"id": {"S": "$input.params().path.id"},"sort": {"N": "$input.params().querystring.sort"}}}"#;
    assert_eq!(
        templates(&get),
        [("application/json", request.to_owned()), ("application/x-www-form-urlencoded", request.to_owned())]
    );
    let cases: Vec<_> = get
        .responses
        .iter()
        .map(|case| (case.status.as_deref().unwrap(), case.selection_pattern.as_deref().unwrap()))
        .collect();
    assert_eq!(cases, [("200", "2\\d{2}"), ("400", "4\\d{2}"), ("500", "5\\d{2}")]);
    let success = &get.responses[0];
    assert_eq!(success.templates.len(), 2);
    assert_eq!(
        success.templates[0].text.text(),
        "#set($item = $input.path('$.Item')){#foreach($key in $item.keySet())#set ($value = $item.get($key))#foreach( $type in $value.keySet())\"$key\":\"$value.get($type)\"#if($foreach.hasNext()),#end#end#if($foreach.hasNext()),#end#end}"
    );
    assert_eq!(success.parameters[0].name, "Access-Control-Allow-Origin");
    assert_eq!(success.parameters[0].value.text(), "'*'");
}

#[test]
fn an_item_is_put_from_the_body() {
    let put = read_one(&with_proxies(PUT));
    assert_eq!((put.route.method.as_deref(), put.route.path.as_deref()), (Some("POST"), Some("/orders")));
    assert_eq!(put.authorization, Authorization::UserPool("Pool".to_owned()));
    let (_, text) = &templates(&put)[0];
    assert!(text.starts_with(
        "{\"TableName\": \"orders\",\"Item\": {\"id\": {\"S\": \"$input.params().querystring.id\"},\n      #set ($body = $util.parseJson($input.body))\n"
    ));
    assert!(text.ends_with("      #end\n    }\n    ,\"ConditionExpression\": \"attribute_not_exists(id)\"}"));
    assert!(put.responses.iter().all(|case| case.templates.is_empty() && case.parameters.is_empty()));
}

#[test]
fn a_template_of_the_proxy_takes_the_place_of_one_content_type() {
    let own = format!(
        "{GET}        request:\n          template:\n            application/json: '{{}}'\n            text/plain: '[]'\n"
    );
    let get = read_one(&with_proxies(&own));
    let types: Vec<_> = templates(&get).into_iter().map(|(kind, text)| (kind, text.len())).collect();
    assert_eq!(types[0].0, "application/x-www-form-urlencoded");
    assert_eq!(types[1..], [("application/json", 2), ("text/plain", 2)]);
}

#[test]
fn responses_are_those_of_the_proxy() {
    let simple = format!("{GET}        response: {{template: {{success: 'ok', serverError: 'no'}}}}\n");
    let get = read_one(&with_proxies(&simple));
    let cases: Vec<_> = get
        .responses
        .iter()
        .map(|case| (case.selection_pattern.as_deref().unwrap(), case.templates.len()))
        .collect();
    assert_eq!(cases, [("200", 2), ("400", 0), ("500", 2)]);
    let listed = format!(
        "{GET}        response:\n          - {{statusCode: 200, selectionPattern: '', responseTemplates: {{application/json: 'a'}}}}\n          - statusCode: 404\n"
    );
    let get = read_one(&with_proxies(&listed));
    let cases: Vec<_> = get
        .responses
        .iter()
        .map(|case| (case.status.as_deref().unwrap(), case.selection_pattern.as_deref().unwrap()))
        .collect();
    // JavaScript takes an empty pattern for none.
    assert_eq!(cases, [("200", "200"), ("404", "404")]);
}

#[test]
fn one_role_is_made_for_all_proxies_whatever_role_they_name() {
    let named = format!("{PUT}        roleArn: {{Fn::GetAtt: [Mine, Arn]}}\n");
    let service = with_proxies(&format!("{GET}{named}"));
    let all = read_files(&[("serverless.yml", &service)]);
    assert_eq!(all.len(), 2);
    for integration in &all {
        let role = integration.role.as_ref().expect("a role");
        assert_eq!(role.name, "ApigatewayToDynamodbRole");
        assert!(role.gateway_only);
        assert_eq!(role.allows.len(), 3);
        assert_eq!(role.allows[1].file.slice(role.allows[1].span), "dynamodb");
    }
}

#[test]
fn the_api_key_is_asked_for_by_private() {
    let get = read_one(&with_proxies(&format!("{GET}        private: true\n")));
    assert_eq!(get.authorization, Authorization::ApiKeyOnly);
}

#[test]
fn other_services_and_broken_entries_give_nothing_or_holes() {
    let proxies = format!(
        "    - sqs: {{path: /a, method: get}}\n    - dynamodb:\n    - dynamodb: text\n    - 12\n    - dynamodb: {{path: /b}}\n{GET}"
    );
    let all = read_files(&[("serverless.yml", &with_proxies(&proxies))]);
    let actions: Vec<_> = all.iter().map(|one| &one.action).collect();
    assert_eq!(actions, [&Action::Open, &Action::Named("GetItem".to_owned())]);
    // Nothing is known of what the plugin would refuse, and nothing is left out.
    assert_eq!(shown(&all[0].request_templates[0].text), "«request template»");
    assert_eq!(all[0].route.method, None);
}
