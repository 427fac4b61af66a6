//! The least that a Lambda function on `lambda_runtime` can be: it answers every event with the same policy. The bench
//! `start` holds keybound's `bootstrap` against it.

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    Runtime::new(service_fn(|_: LambdaEvent<Value>| async { Ok::<_, Error>(answer()) })).run().await
}

fn answer() -> Value {
    json!({
        "principalId": "anyone",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Deny",
                "Action": "execute-api:Invoke",
                "Resource": "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/*",
            }],
        },
        "context": {},
    })
}
