//! Every expectation is what Velocity 1.7's `MathUtils` answers for the same operands, run under Java 17.

use super::*;

/// An operand: digits alone are the smallest integer class that holds them; `L` a Long, `d` a Double, `b` a BigDecimal.
fn operand(text: &str) -> Number {
    match text.split_at(1) {
        ("L", digits) => Number::Long(digits.parse().unwrap()),
        ("d", digits) => Number::Double(digits.parse().unwrap()),
        ("b", digits) => Number::parse_decimal(digits).unwrap(),
        _ => Number::parse_integer(text).unwrap(),
    }
}

fn answer(left: &str, operator: &str, right: &str) -> String {
    let (left, right) = (operand(left), operand(right));
    let result = match operator {
        "+" => left.add(&right),
        "-" => left.subtract(&right),
        "*" => left.multiply(&right),
        "/" => left.divide(&right),
        "%" => left.modulo(&right),
        _ => return left.compare(&right).map_or("throws".to_owned(), |order| (order as i8).to_string()),
    };
    match result {
        Ok(number) => {
            let class = match number {
                Number::Int(_) => "Integer",
                Number::Long(_) => "Long",
                Number::Big(_) => "BigInteger",
                Number::Double(_) => "Double",
                Number::Decimal(_) => "BigDecimal",
            };
            format!("{number} {class}")
        }
        Err(ArithmeticError::ByZero) => "null".to_owned(),
        Err(ArithmeticError::Exception) => "throws".to_owned(),
    }
}

const TABLE: &str = "
7 / 2 = 3 Integer
-7 / 2 = -3 Integer
7 % 2 = 1 Integer
-7 % 2 = -1 Integer
7 / 0 = null
7 % 0 = null
d7.5 / 0 = null
7 + L-1 = 6 Long
2147483647 + 2 = 2147483649 Long
2147483647 * 2 = 4294967294 Long
-2147483648 - 2147483647 = -4294967295 Long
-2147483648 / -1 = 2147483648 Long
9223372036854775807 + 2 = 9223372036854775809 BigInteger
-9223372036854775808 - 7 = -9223372036854775815 BigInteger
9223372036854775807 * 3 = 27670116110564327421 BigInteger
-9223372036854775808 * -1 = -9223372036854775808 Long
-1 * -9223372036854775808 = 9223372036854775808 BigInteger
-9223372036854775808 / -1 = -9223372036854775808 Long
-9223372036854775808 % -1 = 0 Long
9223372036854775808 - 9223372036854775808 = 0 BigInteger
9223372036854775808 / -7 = -1317624576693539401 BigInteger
-18446744073709551617 % 7 = 4 BigInteger
7 % -18446744073709551617 = throws
9223372036854775808 + d0.1 = 9223372036854775808.1000000000000000055511151231257827021181583404541015625 BigDecimal
d0.1 + d2 = 2.1 Double
d7.5 % 2 = 1.5 Double
-7 % d2 = -1.0 Double
d-0.5 * d1e300 = -5.0E299 Double
7 / d2 = 3.5 Double
b1.50 + 7 = 8.50 BigDecimal
b1.50 * b-0.003 = -0.00450 BigDecimal
7 / b1.50 = 5 BigDecimal
b1.50 / 7 = 0.21 BigDecimal
b-0.003 / 2 = -0.001 BigDecimal
b3e5 / 7 = 0E+5 BigDecimal
7 / b3e5 = 0 BigDecimal
b3e5 + b-0.003 = 299999.997 BigDecimal
b1.50 % 2 = throws
b1.50 - d0.1 = 1.3999999999999999944488848768742172978818416595458984375 BigDecimal
9007199254740993 + b7 = 9007199254740999 BigDecimal
9007199254740993 ? d1e300 = -1
9223372036854775807 ? d1e300 = -1
9223372036854775808 ? 9223372036854775807 = 1
b7 ? 7 = 0
7 ? d7.5 = -1
b1.50 ? d0.1 = 1
";

#[test]
fn arithmetic_is_velocitys() {
    for row in TABLE.lines().filter(|row| !row.is_empty()) {
        let (operation, expected) = row.split_once(" = ").unwrap();
        let [left, operator, right] = operation.split(' ').collect::<Vec<_>>()[..] else { panic!("{row}") };
        assert_eq!(answer(left, operator, right), expected, "{row}");
    }
}

#[test]
fn growth_ends() {
    let mut number = Number::Long(i64::MAX);
    let grown = (0..64).try_for_each(|_| {
        number = number.multiply(&number)?;
        Ok(())
    });
    assert_eq!(grown, Err(ArithmeticError::Exception));
    for operator in ["+", "-", "/"] {
        assert_eq!(answer("b1e2000000000", operator, "b1e-2000000000"), "throws");
    }
    assert_eq!(answer("b1e2000000000", "*", "b1e2000000000"), "throws");
}
