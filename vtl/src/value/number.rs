//! Java's number classes.

mod arithmetic;
mod compare;
mod convert;
mod display;
mod parse;

pub use arithmetic::ArithmeticError;

use num_bigint::BigInt;

/// `java.math.BigDecimal`: `unscaled * 10^-scale`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The digits.
    pub unscaled: BigInt,
    /// How many of them stand after the point; negative for trailing zeros.
    pub scale: i32,
}

/// A number of one of the Java classes that templates and JSON bring forth. [`Display`](std::fmt::Display) is Java's
/// `toString()`.
#[derive(Clone, Debug)]
pub enum Number {
    /// `java.lang.Integer`.
    Int(i32),
    /// `java.lang.Long`.
    Long(i64),
    /// `java.math.BigInteger`.
    Big(BigInt),
    /// `java.lang.Double`.
    Double(f64),
    /// `java.math.BigDecimal`.
    Decimal(Decimal),
}
