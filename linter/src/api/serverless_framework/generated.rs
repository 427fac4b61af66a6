//! The mapping templates that the plugin `serverless-apigateway-service-proxy` deploys where a proxy gives none.
//!
//! What the plugin (2.2.2, MIT) generates, byte for byte: what API Gateway runs is what has to be judged. The texts stand
//! in no file of the service, so their place is the proxy.

use crate::source::{HostSpan, Node};

use super::node_building as build;

/// The response template of `GetItem`.
pub(super) const GET_ITEM_RESPONSE: &str = "#set($item = $input.path('$.Item')){#foreach($key in $item.keySet())\
    #set ($value = $item.get($key))#foreach( $type in $value.keySet())\"$key\":\"$value.get($type)\"\
    #if($foreach.hasNext()),#end#end#if($foreach.hasNext()),#end#end}";

/// What `PutItem` makes of the body: a member of the item for each of its own.
const PUT_ITEM_BODY: &str = "
      #set ($body = $util.parseJson($input.body))
      #foreach( $key in $body.keySet())
        #set ($item = $body.get($key))
        #foreach( $type in $item.keySet())
          \"$key\":{\"$type\" : \"$item.get($type)\"}
        #if($foreach.hasNext()),#end
        #end
      #if($foreach.hasNext()),#end
      #end
    }
    ";

/// A key attribute, and the parameter of the request that is its value.
pub(super) struct Key {
    name: Node,
    attribute_type: Node,
    /// `path` or `querystring`.
    place: &'static str,
}

impl Key {
    /// The key of `{pathParam: id, attributeType: S}`; none where it names no parameter.
    pub(super) fn of(node: &Node) -> Option<Self> {
        let (place, name) = [("path", "pathParam"), ("querystring", "queryStringParam")]
            .into_iter()
            .find_map(|(place, member)| Some((place, node.get(member).filter(|name| !name.is_null())?)))?;
        let attribute_type = node.get("attributeType").cloned();
        Some(Self {
            name: name.clone(),
            attribute_type: attribute_type.unwrap_or_else(|| build::reference(node.span, "attributeType")),
            place,
        })
    }

    fn value(&self) -> Node {
        let span = self.name.span;
        let before = format!("$input.params().{}.", self.place);
        build::join(span, vec![build::text(span, &before), self.name.clone()])
    }
}

/// The request template of an action; none for actions that the plugin does not know.
pub(super) fn request(
    action: &str,
    span: HostSpan,
    table: &Node,
    hash: Option<&Key>,
    range: Option<&Key>,
    condition: Option<&Node>,
) -> Option<Node> {
    let keys: Vec<&str> = [
        hash.map(|_| "\"${HashKey}\": {\"${HashAttributeType}\": \"${HashAttributeValue}\"}"),
        range.map(|_| "\"${RangeKey}\": {\"${RangeAttributeType}\": \"${RangeAttributeValue}\"}"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let condition = condition.filter(|_| action != "GetItem");
    let checked = condition.map_or("", |_| ",\"ConditionExpression\": \"${ConditionExpression}\"");
    let keys = match action {
        "GetItem" | "DeleteItem" => format!("\"Key\":{{{}}}", keys.join(",")),
        "PutItem" => {
            let keys: String = keys.iter().map(|key| format!("{key},")).collect();
            format!("\"Item\": {{{keys}{PUT_ITEM_BODY}")
        }
        _ => return None,
    };
    let template = format!("{{\"TableName\": \"${{TableName}}\",{keys}{checked}}}");
    let mut variables = vec![("TableName", table.clone())];
    variables.extend(condition.map(|condition| ("ConditionExpression", condition.clone())));
    if let Some(hash) = hash {
        variables.push(("HashKey", hash.name.clone()));
        variables.push(("HashAttributeType", hash.attribute_type.clone()));
        variables.push(("HashAttributeValue", hash.value()));
    }
    if let Some(range) = range {
        variables.push(("RangeKey", range.name.clone()));
        variables.push(("RangeAttributeType", range.attribute_type.clone()));
        variables.push(("RangeAttributeValue", range.value()));
    }
    Some(build::sub(span, build::text(span, &template), variables))
}
