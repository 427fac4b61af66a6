//! Routes for the tests of the maps.
