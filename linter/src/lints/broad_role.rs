//! Roles of integrations that allow more than the integrations call.

use std::sync::Arc;

use crate::api::role::{Named, PolicyText, Role, Statement};
use crate::api::{Action, Integration};
use crate::dynamodb::action::DataAction;
use crate::dynamodb::iam;
use crate::finding::{Finding, LintInfo, Severity};
use crate::source::{HostSpan, SourceFile};

use super::subject::{Report, integration_finding};
use super::{Check, Lint};

pub(super) const LINT: Lint = Lint {
    info: LintInfo {
        name: "broad-role",
        severity: Severity::Warning,
        summary: "an integration's role allows more than its integrations call",
        page: PAGE,
    },
    check: Check::Integration(check),
};

const PAGE: &str = r##"# broad-role

API Gateway calls DynamoDB with the integration's role, whoever the caller is. The role is the outer wall: where a template
can be made to name another table, or a header another action, the role's policies say how far that reaches
([CWE-250](https://cwe.mitre.org/data/definitions/250.html)). This looks at the roles that `Credentials` name and that are
in the same CloudFormation or SAM template or Terraform configuration, with every policy that is attached to
them there:

- `Resource` of all tables, `Action` with a wildcard that covers more than is called, `NotAction`, `NotResource`;
- managed policies that open every table, such as `AmazonDynamoDBFullAccess`;
- actions that none of the role's integrations call (a note, where nobody but API Gateway may take the role);
- `dynamodb:LeadingKeys` over a statement that allows `Scan`: a scan carries no leading keys, `ForAllValues` is true of
  nothing, so the condition holds and the whole table is read;
- `dynamodb:Attributes` without `dynamodb:Select`: a request that names no attributes gets all of them;
- names that are no IAM actions: a transaction is allowed by the actions of its items, a statement by the `PartiQL`
  actions (a note: such a line allows nothing).

Conditions by caller do not work here: for every caller the principal is the same role.

## Bad

```yaml,bad
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: apigateway.amazonaws.com }, Action: "sts:AssumeRole" }]
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: dynamodb:GetItem
                Resource: "*"
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      ResourceId: !GetAtt Api.RootResourceId
      RestApiId: !Ref Api
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:dynamodb:action/GetItem
        Credentials: !GetAtt Role.Arn
        PassthroughBehavior: NEVER
        RequestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.identity.cognitoIdentityId"}}}'
```

```yaml,bad
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess]
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      ResourceId: !GetAtt Api.RootResourceId
      RestApiId: !Ref Api
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:dynamodb:action/GetItem
        Credentials: !GetAtt Role.Arn
        PassthroughBehavior: NEVER
        RequestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.identity.cognitoIdentityId"}}}'
```

A policy beside the role, whose condition does not hold a scan:

```yaml,bad
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: orders
      Roles: [!Ref Role]
      PolicyDocument:
        Statement:
          Effect: Allow
          Action: [dynamodb:Query, dynamodb:Scan]
          Resource: !GetAtt Orders.Arn
          Condition:
            ForAllValues:StringLike: { "dynamodb:LeadingKeys": ["PUBLIC#*"] }
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      ResourceId: !GetAtt Api.RootResourceId
      RestApiId: !Ref Api
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:dynamodb:action/Query
        Credentials: !Sub "arn:aws:iam::${AWS::AccountId}:role/${Role}"
        PassthroughBehavior: NEVER
        RequestTemplates:
          application/json: |
            {"TableName": "Orders", "KeyConditionExpression": "pk = :pk",
             "ExpressionAttributeValues": {":pk": {"S": "PUBLIC#$context.identity.cognitoIdentityId"}}}
```

Actions that nothing calls, and one that is none:

```yaml,bad
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: { Effect: Allow, Principal: { Service: apigateway.amazonaws.com }, Action: "sts:AssumeRole" }
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [dynamodb:PutItem, dynamodb:DeleteTable, dynamodb:TransactWriteItems]
                Resource: !Sub arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/Orders
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: POST
      ResourceId: !GetAtt Api.RootResourceId
      RestApiId: !Ref Api
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:dynamodb:action/PutItem
        Credentials: !GetAtt Role.Arn
        PassthroughBehavior: NEVER
        RequestTemplates:
          application/json: '{"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}'
```

## Good

```yaml,good
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: apigateway.amazonaws.com }, Action: "sts:AssumeRole" }]
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: dynamodb:Query
                Resource: [!GetAtt Orders.Arn, !Sub "${Orders.Arn}/index/*"]
                Condition:
                  ForAllValues:StringLike: { "dynamodb:LeadingKeys": ["PUBLIC#*"] }
              - Effect: Deny
                Action: "*"
                NotResource: !GetAtt Orders.Arn
              - Effect: Allow
                Action: logs:*
                Resource: "*"
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      ResourceId: !GetAtt Api.RootResourceId
      RestApiId: !Ref Api
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:dynamodb:action/Query
        Credentials: !GetAtt Role.Arn
        PassthroughBehavior: NEVER
        RequestTemplates:
          application/json: |
            {"TableName": "Orders", "KeyConditionExpression": "pk = :pk",
             "ExpressionAttributeValues": {":pk": {"S": "PUBLIC#$context.identity.cognitoIdentityId"}}}
```

A pattern that covers no more than is called is as good as the names:

```yaml,good
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: apigateway.amazonaws.com }, Action: "sts:AssumeRole" }]
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Statement: { Effect: Allow, Action: "dynamodb:GetIte?", Resource: !GetAtt Orders.Arn }
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: GET
      ResourceId: !GetAtt Api.RootResourceId
      RestApiId: !Ref Api
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:dynamodb:action/GetItem
        Credentials: !GetAtt Role.Arn
        PassthroughBehavior: NEVER
        RequestTemplates:
          application/json: '{"TableName": "Orders", "Key": {"id": {"S": "$context.identity.cognitoIdentityId"}}}'
```

A transaction is allowed by the actions of its items, a role may have other takers, and `Null` refuses what carries no
keys:

```yaml,good
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - { Effect: Allow, Principal: { Service: [apigateway.amazonaws.com, lambda.amazonaws.com] }, Action: "sts:AssumeRole" }
      Policies:
        - PolicyName: orders
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [dynamodb:PutItem, dynamodb:ConditionCheckItem]
                Resource: !GetAtt Orders.Arn
              - Effect: Allow
                Action: [dynamodb:Query, dynamodb:Scan]
                Resource: !GetAtt Orders.Arn
                Condition:
                  ForAllValues:StringEquals: { "dynamodb:LeadingKeys": ["PUBLIC"] }
                  "Null": { "dynamodb:LeadingKeys": "false" }
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      HttpMethod: POST
      ResourceId: !GetAtt Api.RootResourceId
      RestApiId: !Ref Api
      AuthorizationType: AWS_IAM
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:dynamodb:action/TransactWriteItems
        Credentials: !GetAtt Role.Arn
        PassthroughBehavior: NEVER
        RequestTemplates:
          application/json: |
            {"TransactItems": [{"Put": {"TableName": "Orders", "Item": {"id": {"S": "$context.extendedRequestId"}}}}]}
```
"##;

/// The prefix of DynamoDB's actions.
const PREFIX: &str = "dynamodb:";

/// How alike a name must be to an action to be taken for a slip: letters that differ.
const SLIP: usize = 2;

fn check(integration: &Integration, findings: &mut Vec<Finding>) {
    let Some(role) = &integration.role else { return };
    let judge = Judge { integration, role, needed: needed(role) };
    judge.managed(findings);
    for statement in &role.allows {
        judge.statement(statement, findings);
    }
}

/// The actions that the role's integrations need; none where one calls an action that is not known.
fn needed(role: &Role) -> Option<Vec<&'static str>> {
    let mut all = Vec::new();
    for call in &role.calls {
        let Action::Named(name) = call else { return None };
        match DataAction::from_name(name) {
            Some(action) => all.extend(iam::needed(action)),
            // An action of the control plane has the name of its operation.
            None => all.extend(iam::ACTIONS.iter().filter(|action| *action == name)),
        }
    }
    Some(all)
}

struct Judge<'a> {
    integration: &'a Integration,
    role: &'a Role,
    needed: Option<Vec<&'static str>>,
}

/// What an entry of `Action` allows of DynamoDB.
struct Allowed<'s> {
    entry: &'s PolicyText,
    /// As written.
    name: &'s str,
    /// The part after the prefix; `*` alone covers it as well.
    pattern: &'s str,
    actions: Vec<&'static str>,
}

impl<'s> Allowed<'s> {
    /// Nothing where the deployment decides the entry, or where it is of another service.
    fn of(entry: &'s PolicyText) -> Option<Self> {
        let name = entry.fixed()?;
        let pattern = match name.get(..PREFIX.len()) {
            Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => name.get(PREFIX.len()..)?,
            _ if name.chars().all(|c| c == '*') && !name.is_empty() => "*",
            _ => return None,
        };
        Some(Self { entry, name, pattern, actions: iam::covered(pattern).collect() })
    }

    /// Whether it allows what a policy can limit to tables.
    fn is_of_tables(&self) -> bool {
        self.actions.iter().any(|action| !iam::ACCOUNT_ACTIONS.contains(action))
    }

    fn is_wild(&self) -> bool {
        self.pattern.contains(['*', '?'])
    }
}

impl Judge<'_> {
    fn report(
        &self,
        file: &Arc<SourceFile>,
        span: HostSpan,
        severity: Severity,
        message: String,
        help: &str,
    ) -> Finding {
        let report = Report { message, help: Some(help.to_owned()), severity, proof: None, shown: true };
        let finding = integration_finding(&LINT.info, self.integration, span, report);
        // The finding is the role's: it is one for all of its integrations.
        Finding { file: Arc::clone(file), route: None, action: None, ..finding }
    }

    fn managed(&self, findings: &mut Vec<Finding>) {
        for policy in &self.role.managed {
            let arn = policy.text.text();
            let Some((_, name)) = arn.rsplit_once("policy/") else { continue };
            let Some((name, allows)) = iam::BROAD_MANAGED_POLICIES.iter().find(|(broad, _)| *broad == name)
            else {
                continue;
            };
            findings.push(self.report(
                &self.role.file,
                policy.span,
                LINT.info.severity,
                format!("role `{}` has the managed policy `{name}`, which allows {allows}", self.role.name),
                "write a policy with the actions that the integrations call, on their tables",
            ));
        }
    }

    fn statement(&self, statement: &Statement, findings: &mut Vec<Finding>) {
        let report =
            |span, severity, message, help| self.report(&statement.file, span, severity, message, help);
        let role = &self.role.name;
        let allowed: Vec<Allowed<'_>> = match &statement.actions {
            Named::These(entries) => entries.iter().filter_map(Allowed::of).collect(),
            Named::AllBut(span) => {
                let message = format!("role `{role}` allows every action but those listed");
                findings.push(report(*span, LINT.info.severity, message, "name the actions in `Action`"));
                return;
            }
        };
        if allowed.is_empty() {
            return;
        }
        let of_tables = allowed.iter().any(Allowed::is_of_tables);
        let tagged = statement
            .conditions
            .iter()
            .any(|condition| condition.key.to_ascii_lowercase().starts_with("aws:resourcetag/"));
        match &statement.resources {
            // A tag chooses the tables, or there are none to name.
            _ if tagged || !of_tables => {}
            Named::These(resources) => {
                for resource in resources.iter().filter(|resource| is_every_table(resource)) {
                    let message = format!(
                        "role `{role}` allows {} on every table: `{}`",
                        named(&allowed),
                        resource.text.text().replace(keybound_vtl::template::PLACEHOLDER_CHAR, "…")
                    );
                    let help = "name the tables, and their indexes where they are queried";
                    findings.push(report(resource.span, LINT.info.severity, message, help));
                }
            }
            Named::AllBut(span) => {
                let message =
                    format!("role `{role}` allows {} on everything but what is listed", named(&allowed));
                findings.push(report(*span, LINT.info.severity, message, "name the tables in `Resource`"));
            }
        }
        for entry in &allowed {
            findings.extend(self.action(statement, entry));
        }
        findings.extend(self.condition(statement, &allowed));
    }

    /// An action that no integration calls, or that is none.
    fn action(&self, statement: &Statement, allowed: &Allowed<'_>) -> Option<Finding> {
        let role = &self.role.name;
        let report = |severity, message, help: &str| {
            Some(self.report(&statement.file, allowed.entry.span, severity, message, help))
        };
        if allowed.actions.is_empty() {
            let (message, help) = unknown(allowed)?;
            return report(Severity::Note, message, &help);
        }
        let everything = allowed.actions.len() == iam::ACTIONS.len();
        let Some(needed) = &self.needed else {
            let message = format!("role `{role}` allows every action: `{}`", allowed.name);
            return everything.then(|| report(LINT.info.severity, message, NAME_ACTIONS)).flatten();
        };
        let beyond: Vec<&str> =
            allowed.actions.iter().copied().filter(|action| !needed.contains(action)).collect();
        let first = beyond.first()?;
        if allowed.is_wild() {
            let message = match beyond.len() {
                1 => format!(
                    "`{}` of role `{role}` allows `{first}`, which no integration calls",
                    allowed.name
                ),
                many => format!(
                    "`{}` of role `{role}` allows {many} actions that no integration calls, such as `{}`",
                    allowed.name,
                    telling(&beyond)
                ),
            };
            return report(LINT.info.severity, message, NAME_ACTIONS);
        }
        // Others that take the role may call what integrations do not.
        self.role.gateway_only.then_some(())?;
        let message = format!("role `{role}` allows `{first}`, which no integration calls");
        report(Severity::Note, message, "leave the action out")
    }

    /// A condition that does not hold what the statement allows.
    fn condition(&self, statement: &Statement, allowed: &[Allowed<'_>]) -> Vec<Finding> {
        let role = &self.role.name;
        let condition =
            |key: &str| statement.conditions.iter().find(|condition| condition.key.eq_ignore_ascii_case(key));
        let allows = |action: &str| allowed.iter().any(|entry| entry.actions.contains(&action));
        let mut found = Vec::new();
        let for_all = statement.conditions.iter().find(|condition| {
            condition.key.eq_ignore_ascii_case("dynamodb:LeadingKeys")
                && condition.operator.to_ascii_lowercase().starts_with("forallvalues:")
        });
        let guarded = statement.conditions.iter().any(|condition| {
            condition.key.eq_ignore_ascii_case("dynamodb:LeadingKeys")
                && condition.operator.eq_ignore_ascii_case("null")
        });
        if let Some(keys) = for_all.filter(|_| !guarded && allows("Scan")) {
            found.push(self.report(
                &statement.file,
                keys.span,
                LINT.info.severity,
                format!(
                    "role `{role}` allows `Scan` of the whole table: a scan carries no leading keys, and `{}` is true of none",
                    keys.operator
                ),
                "leave `Scan` out, or add `Null: {dynamodb:LeadingKeys: \"false\"}`",
            ));
        }
        let reads = ["GetItem", "BatchGetItem", "Query", "Scan"].into_iter().any(allows);
        if let Some(attributes) = condition("dynamodb:Attributes")
            && reads
            && condition("dynamodb:Select").is_none()
        {
            found.push(self.report(
                &statement.file,
                attributes.span,
                LINT.info.severity,
                format!("role `{role}` lets a request that names no attributes read all of them"),
                "add `StringEqualsIfExists: {dynamodb:Select: SPECIFIC_ATTRIBUTES}`",
            ));
        }
        found
    }
}

const NAME_ACTIONS: &str = "name the actions that the integrations call";

/// Of actions the one that can do most harm.
fn telling<'n>(actions: &[&'n str]) -> &'n str {
    let worst = ["DeleteTable", "Scan", "DeleteItem", "PutItem", "UpdateItem", "Query", "BatchGetItem"];
    let known = worst.iter().find_map(|name| actions.iter().find(|action| *action == name));
    known.or(actions.first()).copied().unwrap_or("")
}

/// The actions of a statement, for people.
fn named(allowed: &[Allowed<'_>]) -> String {
    match allowed {
        [one] => format!("`{}`", one.name),
        [one, two] => format!("`{}` and `{}`", one.name, two.name),
        [one, rest @ ..] => format!("`{}` and {} more actions", one.name, rest.len()),
        [] => String::new(),
    }
}

/// Whether a resource is every table of an account and region, or more.
fn is_every_table(resource: &PolicyText) -> bool {
    let text = resource.text.text();
    if text.chars().all(|c| c == '*') && !text.is_empty() {
        return true;
    }
    // arn:partition:dynamodb:region:account:table/Name
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        [_, _, service, _, _, name] => {
            matches!(*service, "dynamodb" | "*") && matches!(*name, "*" | "table/*" | "table*")
        }
        [_, _, service @ .., "*"] => service.first().is_none_or(|s| matches!(*s, "dynamodb" | "*")),
        _ => false,
    }
}

/// What is wrong with a name that is no action, and what would be right. A name that is like none may be newer than
/// the table of actions.
fn unknown(allowed: &Allowed<'_>) -> Option<(String, String)> {
    if allowed.is_wild() || allowed.pattern.is_empty() {
        return None;
    }
    let name = allowed.pattern;
    if let Some(operation) = DataAction::ALL.into_iter().find(|a| a.name().eq_ignore_ascii_case(name)) {
        let message = format!("`{}` is no IAM action and allows nothing", allowed.name);
        let needed = iam::needed(operation).join("`, `dynamodb:");
        return Some((message, format!("the operation needs those of `dynamodb:{needed}` that it uses")));
    }
    let lower = name.to_ascii_lowercase();
    let distance = |action: &&&str| strsim::levenshtein(&lower, &action.to_ascii_lowercase());
    let nearest = iam::ACTIONS.iter().min_by_key(distance).filter(|action| distance(action) <= SLIP)?;
    Some((
        format!("`{}` is no IAM action and allows nothing", allowed.name),
        format!("did you mean `dynamodb:{nearest}`?"),
    ))
}

#[cfg(test)]
mod tests;
