//! Pieces of VTL: values of the caller, values of the client, and conditions on them.

use super::Gate;
use super::json::Maker;

/// Where a client's text comes from.
const CLIENTS: [&str; 16] = [
    "$input.params('q')",
    "$input.params('h')",
    "$input.path('$.b')",
    "$input.path('$.o.x')",
    "$input.path('$').b",
    "$input.params().querystring.get('q')",
    "$input.params().querystring.q",
    "$input.params().header.get('h')",
    "$input.path('$.ids[0]')",
    "$input.path('$.o').x",
    "$util.parseJson($input.body).b",
    "$input.json('$.b')",
    "$context.requestId",
    "$context.identity.userAgent",
    "$context.extendedRequestId",
    "$util.urlDecode($input.params('q'))",
];

/// Patterns of guards; the first ones hold what they seem to.
const PATTERNS: [&str; 10] = [
    "[a-z]{1,8}",
    "[A-Za-z0-9-]+",
    "open|closed",
    "[0-9]{1,2}",
    "[^\"\\\\]*",
    "(a|b)+",
    ".{1,8}",
    "[a-z]+.*",
    "",
    "[0-9]",
];

impl Maker<'_> {
    /// A name that nothing has yet.
    pub(super) fn fresh(&mut self, kind: &str) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    /// The reference to what is known of the caller.
    fn published(&mut self, variable: &str) -> String {
        match self.plan.gate {
            Gate::Pool if variable == "user" => "context.authorizer.claims.sub".to_owned(),
            Gate::Pool => format!("context.authorizer.claims.{variable}"),
            _ => format!("context.authorizer.{variable}"),
        }
    }

    /// What prints the caller's value of a variable, or nearly does.
    pub(super) fn own(&mut self, variable: &'static str) -> String {
        let path = self.published(variable);
        let plain = format!("${path}");
        match self.chooser.below(46) {
            0..=11 => plain,
            12 => format!("${{{path}}}"),
            13 => format!("$!{path}"),
            14 | 15 => {
                let name = self.set(&plain);
                format!("${name}")
            }
            16 => {
                let name = self.set(&format!("\"{plain}\""));
                format!("${{{name}}}")
            }
            17 => format!("$util.escapeJavaScript({plain})"),
            18 => format!("$util.escapeJavaScript(\"{plain}\").replaceAll(\"\\\\'\", \"'\")"),
            19 => format!("{plain}.trim()"),
            20 => format!("{plain}.toString()"),
            21 => plain.replacen(&format!(".{variable}"), &format!(".get('{variable}')"), 1),
            22 => plain.replacen(&format!(".{variable}"), &format!("['{variable}']"), 1),
            23 => {
                let name = self.fresh("d");
                self.prelude.push(format!("#define(${name}){plain}#end"));
                format!("${name}")
            }
            24 => {
                let name = self.set(&format!("{{'k': {plain}}}"));
                format!("${name}.k")
            }
            25 => {
                let name = self.set(&format!("[{plain}, 'x']"));
                format!("${name}.get({})", self.chooser.below(2))
            }
            26 => {
                let name = self.fresh("v");
                let list = self.chooser.pick(&["[OWN]", "['x', OWN]", "[OWN, 'x']"]).replace("OWN", &plain);
                self.prelude.push(format!("#foreach($e in {list})#set(${name} = $e)#end"));
                format!("${name}")
            }
            27 => {
                // One value in one case, another in the other.
                let condition = self.condition();
                let first =
                    self.chooser.pick(&["'x'", "OWN", "''", "$input.params('q')"]).replace("OWN", &plain);
                let name = self.set(&first);
                self.prelude.push(format!("#if({condition})#set(${name} = {plain})#end"));
                format!("${name}")
            }
            28 => {
                // What gives nothing leaves the old value.
                let name = self.set(&plain);
                let nothing =
                    self.chooser.pick(&["$input.path('$.no')", "$nothing", "$input.path('$.ids').get(0)"]);
                self.prelude.push(format!("#set(${name} = {nothing})"));
                format!("${name}")
            }
            29 if self.has_parameter => "$input.params('p')".to_owned(),
            30 if self.has_parameter => "$util.escapeJavaScript($input.params('p'))".to_owned(),
            31 => {
                // What is the same as the caller's value is that value.
                let client = self.client();
                let condition = match self.chooser.below(5) {
                    0 => format!("{client} == {plain}"),
                    1 => format!("{plain}.equals({client})"),
                    2 => format!("{client}.equals({plain})"),
                    3 => format!("{plain} == \"{client}\""),
                    _ => format!("{client} != {plain}"),
                };
                self.guards.push(condition);
                client
            }
            32 => format!("{plain}.toLowerCase()"),
            33 => format!("{plain}.replace('{}', '')", self.chooser.pick(&["#", "'", "a", "-", "\\\\"])),
            34 => format!(
                "{plain}.replaceAll('{}', '')",
                self.chooser.pick(&["[^a-z0-9-]", "#", "['\"]", ".$", "x*"])
            ),
            35 => format!("{plain}.substring({})", self.chooser.pick(&["0", "1", "0, 1"])),
            36 => format!("{plain}.split('{}').get(0)", self.chooser.pick(&["#", "-", ","])),
            37 => format!("{plain}.concat('{}')", self.chooser.pick(&["", "x", "#"])),
            38 => {
                format!("$util.{}({plain})", self.chooser.pick(&["urlEncode", "urlDecode", "base64Encode"]))
            }
            39 => {
                let other = self.chooser.pick(&["user", "tenant", "role", "team", "grants", "principalId"]);
                format!("$context.authorizer.{other}")
            }
            40 => self.client_text(),
            41 => format!("$context.authorizer.claims.{}", self.chooser.pick(&["sub", "tenant_id", "email"])),
            42 => {
                let name = self.set(&plain);
                self.guards.push(format!("${name} {} ''", self.chooser.pick(&["!=", "=="])));
                format!("${name}")
            }
            43 => {
                format!("#if({}){plain}#else{}#end", self.condition(), self.chooser.pick(&["x", "", "acme"]))
            }
            44 => {
                let name = self.set(&plain);
                let value = self.client();
                let loops = self.chooser.pick(&[
                    "#foreach($NAME in $input.path('$.ids'))#end",
                    "#foreach($e in $input.path('$.ids'))#set($NAME = $e)#end",
                    "#if($input.params('q') == 'x')#set($NAME = VALUE)#end",
                    "#define($NAME)VALUE#end",
                ]);
                self.prelude.push(loops.replace("NAME", &name).replace("VALUE", &value));
                format!("${name}")
            }
            _ => plain,
        }
    }

    /// Assigns a value to a name of its own.
    pub(super) fn set(&mut self, value: &str) -> String {
        let name = self.fresh("v");
        self.prelude.push(format!("#set(${name} = {value})"));
        name
    }

    /// A reference to something that the client decides.
    pub(super) fn client(&mut self) -> String {
        if let Some(element) = self.element.clone().filter(|_| self.chooser.chance(75)) {
            return match self.chooser.below(8) {
                0 => format!("{element}.x"),
                1 => format!("{element}.getKey()"),
                _ => element,
            };
        }
        if self.has_parameter && self.chooser.chance(20) {
            return "$input.params('p')".to_owned();
        }
        self.chooser.pick(&CLIENTS).to_owned()
    }

    /// A text of the client's for a JSON string: escaped, guarded, or as it comes.
    pub(super) fn client_text(&mut self) -> String {
        let client = self.client();
        match self.chooser.below(26) {
            0..=7 => format!("$util.escapeJavaScript({client}).replaceAll(\"\\\\'\", \"'\")"),
            8 | 9 => format!("$util.escapeJavaScript(\"$!{}\").replaceAll(\"\\\\'\", \"'\")", &client[1..]),
            10 => format!("$util.escapeJavaScript({client})"),
            11..=13 => {
                let name = self.set(&format!("\"{client}\""));
                let pattern = self.chooser.pick(&PATTERNS);
                self.guards.push(format!("${name}.matches('{pattern}')"));
                format!("${name}")
            }
            14 => {
                let pattern = self.chooser.pick(&PATTERNS);
                self.guards.push(format!("{client}.matches('{pattern}')"));
                client
            }
            15 => {
                let name = self.set(&client);
                let words = self.chooser.pick(&[
                    "$NAME == 'open' || $NAME == 'closed'",
                    "['open', 'closed'].contains($NAME)",
                    "$NAME.equals('open')",
                    "$NAME == 'open' || $NAME != 'closed'",
                    "!$NAME.contains('\"')",
                    "!$NAME.contains('\"') && !$NAME.contains('\\\\')",
                    "$NAME.length() < 9",
                    "$NAME.length() <= 2",
                    "$NAME.equalsIgnoreCase('open')",
                    "$NAME.startsWith('open')",
                    "$NAME.indexOf('\"') == -1",
                ]);
                let words = words.replace("NAME", &name);
                self.guards.push(words);
                format!("${name}")
            }
            16 => format!("$util.urlEncode({client})"),
            17 => format!("$util.base64Encode({client})"),
            18 => format!(
                "{client}.replaceAll('{}', '')",
                self.chooser.pick(&["[^a-z0-9]", "[^A-Za-z0-9_-]", "[\"\\\\]", "\"", "[a-z]"])
            ),
            19 => format!(
                "$util.escapeJavaScript({client}).replaceAll('{}', '{}')",
                self.chooser.pick(&["\\\\", "#", "'", "u0022"]),
                self.chooser.pick(&["", "x", "\""])
            ),
            20 => format!("$util.escapeJavaScript({client}).toUpperCase()"),
            21 => {
                format!("$util.escapeJavaScript({client}).substring({})", self.chooser.pick(&["1", "0, 3"]))
            }
            22 => {
                let escaped = self.set(&format!("$util.escapeJavaScript({client})"));
                format!("${escaped}")
            }
            23 => {
                let name = self.set(&format!("$util.escapeJavaScript({client})"));
                let other = self.client();
                let condition = self.condition();
                self.prelude.push(format!("#if({condition})#set(${name} = {other})#end"));
                format!("${name}")
            }
            24 => format!("\\\\{client}"),
            _ => client,
        }
    }

    /// A condition.
    pub(super) fn condition(&mut self) -> String {
        if self.turns && self.chooser.chance(35) {
            return self
                .chooser
                .pick(&[
                    "$foreach.hasNext",
                    "$foreach.first",
                    "$foreach.index == 0",
                    "$velocityCount == 1",
                    "$foreach.count > 1",
                    "$foreach.last",
                    "$velocityHasNext",
                ])
                .to_owned();
        }
        match self.chooser.below(22) {
            0 => "$input.params('q') == 'x'".to_owned(),
            1 => "$input.params('q') != ''".to_owned(),
            2 => "$context.authorizer.role == 'admin'".to_owned(),
            3 => "$input.path('$.flag')".to_owned(),
            4 => "$input.path('$.n') > 3".to_owned(),
            5 => format!("{}.matches('{}')", self.client(), self.chooser.pick(&PATTERNS)),
            6 => format!("$input.path('$.ids').size() {} 2", self.chooser.pick(&[">", "<=", "==", "<"])),
            7 => format!("!{}", self.condition_in_brackets()),
            8 => format!("{} && {}", self.condition(), self.condition_in_brackets()),
            9 => format!("{} || {}", self.condition(), self.condition_in_brackets()),
            10 => format!("{} == $context.authorizer.tenant", self.client()),
            11 => self.chooser.pick(&["true", "false"]).to_owned(),
            12 => format!(
                "$context.authorizer.grants.contains('{}')",
                self.chooser.pick(&["other", "main", "o"])
            ),
            13 => format!("{} == {}", self.client(), self.client()),
            14 => "$input.path('$.b').isEmpty()".to_owned(),
            15 => "$input.params('q').length() > 2".to_owned(),
            16 => format!("{} == 'open'", self.client()),
            17 => "$input.path('$.o').containsKey('x')".to_owned(),
            18 => "$context.authorizer.user == $context.authorizer.tenant".to_owned(),
            19 => "$context.authorizer.role != ''".to_owned(),
            20 => match self.flag.clone() {
                Some(flag) => flag,
                None => "$nothing".to_owned(),
            },
            _ => "$input.params('q').contains('x')".to_owned(),
        }
    }

    fn condition_in_brackets(&mut self) -> String {
        if self.depth > 3 {
            return "$input.path('$.flag')".to_owned();
        }
        self.depth += 1;
        let condition = self.condition();
        self.depth -= 1;
        format!("({condition})")
    }

    /// Statements that change what later ones read.
    pub(super) fn meddling(&mut self) -> String {
        let value = self.client();
        let variable = self.chooser.pick(&["tenant", "user", "role"]);
        let statement = self.chooser.pick(&[
            "#set($x = VALUE)",
            "#set($context.authorizer.VAR = VALUE)",
            "#set($d = $context.authorizer.put('VAR', VALUE))",
            "#set($d = $context.authorizer.remove('VAR'))",
            "#set($d = $context.authorizer.putAll($input.path('$.o')))",
            "#set($d = $context.authorizer.clear())",
            "#set($a = $context.authorizer)#set($a.VAR = VALUE)",
            "#set($context = {'authorizer': {'VAR': VALUE}})",
            "#set($body = $input.path('$'))#set($d = $body.put('b', VALUE))",
            "#set($body = $input.path('$'))#set($body.b = VALUE)",
            "#set($body = $input.path('$'))#set($d = $body.remove('b'))",
            "#set($list = $input.path('$.ids'))#set($d = $list.add(VALUE))",
            "#set($list = $input.path('$.ids'))#set($d = $list.remove(0))",
            "#set($list = $input.path('$.ids'))#set($d = $list.clear())",
            "#set($input = $input.path('$'))",
            "#set($util = {})",
            "#foreach($context in $input.path('$.ids'))#end",
            "#foreach($e in $input.path('$.ids'))#break#end",
            "#if(VALUE == 'x')#stop#end",
            "#if(VALUE == 'x')#break#end",
            "#define($m)#if(VALUE == 'x')#stop#end#end$m",
            "#define($m)#set($context.authorizer.VAR = VALUE)#end$m",
            "#define($m)#set($input = VALUE)#end#set($n = \"$m\")",
            "#set($map = {})#set($d = $map.put(VALUE, VALUE))#set($d = $map.remove(VALUE))",
            "#macro(m)#set($context = VALUE)#end#m()",
            "#set($ids = [])#foreach($e in $input.path('$.ids'))#set($d = $ids.add($e))#end",
            "#set($context.requestOverride.header.X-Amz-Target = VALUE)",
            "#set($context.requestOverride.header.Accept = VALUE)",
            "#set($d = $context.requestOverride.header.put('x-amz-target', 'DynamoDB_20120810.Scan'))",
            "#set($d = $context.requestOverride.header.putAll($input.params().header))",
            "#set($context.requestOverride.header = $input.path('$.o'))",
        ]);
        statement.replace("VALUE", &value).replace("VAR", variable)
    }
}
