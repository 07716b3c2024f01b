//! Plans and runs stages; the only part that touches files.
//!
//! | file | idea |
//! | --- | --- |
//! | `project` | a project read and checked: stages in the order of the graph, settings after defaults |
//! | `run`, `run_report` | what a run does, all stages in parallel; what it may be asked and what it tells |
//! | `inputs`, `structure` | the files that people keep, digested and read; the look at their headers before anything runs |
//! | `settle`, `execute` | one stage brought up to date; one stage at work |
//! | `ingredients` | what is in a stage's key, and what is not |
//! | `store`, `kept`, `stat_cache` | results by key, bytes by digest; outputs put there; digests of files that did not change |
//! | `shared`, `depot`, `remote` | results shared with others, and why one is believed; a folder or an address that keeps them |
//! | `outputs`, `lock_file` | results shown in the project, and what the shown ones were made from |
//! | `command`, `process`, `underlay` | programs of the user's own; one child process with all that it starts; folders that it sees in place of copies |
//! | `trust`, `state` | which of them may run on this machine; what is kept for this user outside of every project |
//! | `shelf` | the artefacts as a walk over addresses reads them |
//! | `baseline` | frozen states: whether they are as they were frozen, and whether what they rest on is there |
//! | `at` | a frozen state or git revision rebuilt in a folder of its own |
//! | `audit` | whether all files are those of the lock, and whether the inputs give them again |
//! | `copy`, `elsewhere` | a project's inputs in another folder, to run there without touching the project |
//! | `members`, `account` | every file that belongs to a review; what its run was made of, for documents of other standards |
//! | `cache` | how much the cache holds, and what can go |
//! | `fault` | faults on purpose, in builds for tests |
//! | `own_folder` | whether `.review/` is such as this program makes |
//! | `guard`, `cancel`, `journal`, `files` | one run at a time; the wish to stop it; a note a run; whole files or none |

mod account;
mod at;
mod audit;
mod baseline;
pub mod cache;
mod cancel;
mod command;
mod copy;
mod depot;
mod elsewhere;
mod execute;
mod fault;
pub mod files;
mod guard;
mod ingredients;
mod inputs;
mod journal;
mod kept;
mod lock_file;
mod members;
mod outputs;
mod own_folder;
mod pieces;
mod process;
mod project;
#[cfg(feature = "remote")]
mod remote;
mod run;
mod run_report;
mod setting_places;
mod settle;
mod shared;
mod shelf;
mod stat_cache;
mod state;
mod store;
mod structure;
mod trust;
mod underlay;

pub use account::account;
pub use at::{RebuiltState, check_out, rebuild_state};
pub use audit::{Compared, Rebuilt, compare, recompute};
pub use baseline::{BASELINES, altered, baselines};
pub use cancel::Cancel;
pub use copy::read_by_a_run;
pub use elsewhere::{copy_to, run_apart};
pub use guard::{Refused, Wait};
pub use members::{Members, SIGNATURES, members, unpack};
pub use own_folder::own_folder;
pub use project::{PIPELINE, Project, ReadyStage, Shown, Source, Work, schema, shown};
pub use run::run;
pub use run_report::{Listener, RunOptions, RunReport, StageRun, Status};
pub use shared::{Shared, push};
pub use shelf::Shelf;
pub use state::new_sharing_key;
pub use store::StoredOutput;
pub use structure::check;
pub use trust::{Asked, Trust, approve, asked, revoke};
