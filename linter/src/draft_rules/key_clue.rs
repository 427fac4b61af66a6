//! Which attributes are a key, from what requests show of it.

use std::collections::BTreeMap;

use crate::api::name_words;

use super::observed::Clue;

/// A key as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyGuess {
    /// The partition key.
    pub(super) partition: String,
    /// The sort key.
    pub(super) sort: Option<String>,
}

/// Words of which the names of partition keys are made, and those of sort keys.
const PARTITION_WORDS: [&str; 4] = ["pk", "partition", "hash", "hashkey"];
const SORT_WORDS: [&str; 8] = ["sk", "sort", "range", "rangekey", "timestamp", "time", "date", "created"];

/// The key of a table; none where no request shows it.
pub(super) fn of_table(clues: &[&Clue]) -> Option<KeyGuess> {
    let queries = clues.iter().filter_map(|clue| match clue {
        Clue::Query { index: None, equal, ranged } => Some((equal.as_slice(), ranged.as_slice())),
        _ => None,
    });
    let queries: Vec<(&[String], &[String])> = queries.collect();
    if let Some(names) = whole_key(clues) {
        return Some(ordered(&names, &queries));
    }
    queried(&queries).or_else(|| clues.iter().find_map(|clue| of_item(clue)))
}

/// The key of an index; none where no request shows it.
pub(super) fn of_index(clues: &[&Clue], name: &str) -> Option<KeyGuess> {
    let queries = clues.iter().filter_map(|clue| match clue {
        Clue::Query { index: Some(index), equal, ranged } if index == name => {
            Some((equal.as_slice(), ranged.as_slice()))
        }
        _ => None,
    });
    queried(&queries.collect::<Vec<_>>())
}

/// The attributes that most requests give for a key.
fn whole_key(clues: &[&Clue]) -> Option<Vec<String>> {
    let mut counts: BTreeMap<Vec<&String>, (usize, &Vec<String>)> = BTreeMap::new();
    for clue in clues {
        if let Clue::Key(names) = clue
            && (1..=2).contains(&names.len())
        {
            let mut sorted: Vec<&String> = names.iter().collect();
            sorted.sort_unstable();
            counts.entry(sorted).or_insert((0, names)).0 += 1;
        }
    }
    counts.into_values().max_by_key(|(count, _)| *count).map(|(_, names)| names.clone())
}

/// Two attributes as partition and sort key: what a query compares by `=` alone is the partition.
fn ordered(names: &[String], queries: &[(&[String], &[String])]) -> KeyGuess {
    let (first, second) = match names {
        [first, second] => (first, second),
        _ => return KeyGuess { partition: names.first().cloned().unwrap_or_default(), sort: None },
    };
    let is_partition = |name: &String, other: &String| {
        queries.iter().any(|(equal, _)| equal.contains(name) && !equal.contains(other))
    };
    let turned = match (is_partition(first, second), is_partition(second, first)) {
        (true, false) => false,
        (false, true) => true,
        _ => sounds_like_sort(first) && !sounds_like_sort(second) || sounds_like_partition(second),
    };
    let (partition, sort) = if turned { (second, first) } else { (first, second) };
    KeyGuess { partition: partition.clone(), sort: Some(sort.clone()) }
}

/// The key of which queries show the conditions.
fn queried(queries: &[(&[String], &[String])]) -> Option<KeyGuess> {
    let partition = queries.iter().find_map(|(equal, _)| equal.first())?.clone();
    let others = queries.iter().flat_map(|(equal, ranged)| ranged.iter().chain(equal.iter()));
    let sort = others.into_iter().find(|name| **name != partition).cloned();
    Some(KeyGuess { partition, sort })
}

/// The key that an item shows: attributes that are called keys, or else the one that it must be the first to have.
fn of_item(clue: &Clue) -> Option<KeyGuess> {
    let Clue::Item { attributes, absent } = clue else { return None };
    if let Some(partition) = attributes.iter().find(|name| sounds_like_partition(name)) {
        let sort = attributes.iter().find(|name| *name != partition && names_sort_key(name));
        return Some(KeyGuess { partition: partition.clone(), sort: sort.cloned() });
    }
    let [only] = absent.as_slice() else { return None };
    attributes.contains(only).then(|| KeyGuess { partition: only.clone(), sort: None })
}

fn sounds_like_partition(name: &str) -> bool {
    has_word(name, &PARTITION_WORDS)
}

fn sounds_like_sort(name: &str) -> bool {
    has_word(name, &SORT_WORDS)
}

/// Whether a name is a sort key's and nothing else's, such as a time's.
fn names_sort_key(name: &str) -> bool {
    let (keys, _) = SORT_WORDS.split_at(4);
    has_word(name, keys)
}

fn has_word(name: &str, known: &[&str]) -> bool {
    name_words(name).iter().any(|word| known.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn key(names_: &[&str]) -> Clue {
        Clue::Key(names(names_))
    }

    fn query(equal: &[&str], ranged: &[&str]) -> Clue {
        Clue::Query { index: None, equal: names(equal), ranged: names(ranged) }
    }

    fn item(attributes: &[&str], absent: &[&str]) -> Clue {
        Clue::Item { attributes: names(attributes), absent: names(absent) }
    }

    fn guessed(clues: &[Clue]) -> Option<(String, Option<String>)> {
        let guess = of_table(&clues.iter().collect::<Vec<_>>())?;
        Some((guess.partition, guess.sort))
    }

    #[test]
    fn keys_by_what_requests_show() {
        let one = |partition: &str| Some((partition.to_owned(), None));
        let two = |partition: &str, sort: &str| Some((partition.to_owned(), Some(sort.to_owned())));
        for (clues, expected) in [
            (vec![key(&["id"])], one("id")),
            (vec![key(&["PK", "SK"])], two("PK", "SK")),
            (vec![key(&["SK", "PK"])], two("PK", "SK")),
            (vec![key(&["a", "b"]), query(&["b"], &["a"])], two("b", "a")),
            (vec![key(&["createdAt", "user"])], two("user", "createdAt")),
            (vec![key(&["a", "b"])], two("a", "b")),
            (vec![key(&["a"]), key(&["a", "b"]), key(&["b", "a"])], two("a", "b")),
            (vec![query(&["user"], &["time"])], two("user", "time")),
            (vec![query(&["user"], &[]), query(&["user", "id"], &[])], two("user", "id")),
            (vec![item(&["name", "PK", "SK"], &["SK"])], two("PK", "SK")),
            (vec![item(&["id", "name"], &["id"])], one("id")),
            (vec![item(&["id", "name"], &[])], None),
            (vec![item(&["id", "name"], &["other"])], None),
            (vec![item(&["x"], &["x"]), key(&["id"])], one("id")),
            (vec![Clue::Nothing], None),
        ] {
            assert_eq!(guessed(&clues), expected, "{clues:?}");
        }
    }

    #[test]
    fn an_index_by_its_queries_alone() {
        let by_owner = Clue::Query {
            index: Some("ByOwner".to_owned()),
            equal: names(&["owner"]),
            ranged: names(&["made"]),
        };
        let clues = [&key(&["id"]), &by_owner];
        let guess = of_index(&clues, "ByOwner").unwrap();
        assert_eq!((guess.partition.as_str(), guess.sort.as_deref()), ("owner", Some("made")));
        assert_eq!(of_index(&clues, "Other"), None);
    }
}
