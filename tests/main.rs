//! The one test binary of the program; each file below it is a module.
