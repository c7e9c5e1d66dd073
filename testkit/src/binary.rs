//! The real program, as a process: run to its end, or started as a server.
//!
//! Where it lies is a parameter: only the program's own tests are told by the build.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use crate::PATIENCE;

/// What a finished process said.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// A command with an environment of its own: none of our variables, no colours.
fn command(program: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear().env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Runs the program in a folder to its end.
///
/// # Panics
/// When it cannot be started or is not done in time.
pub fn run(program: &Path, folder: &Path, arguments: &[&str]) -> Finished {
    let child = command(program, folder, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    finish(child.expect("the program starts"))
}

fn finish(child: Child) -> Finished {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    let output = receiver.recv_timeout(PATIENCE).expect("the program ends in time").expect("its output");
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A running server process; killed when dropped.
pub struct Program {
    /// `http://127.0.0.1:40123`
    pub url: String,
    child: Option<Child>,
    stderr: Lines,
}

/// What a process says on standard error, as it says it.
struct Lines {
    arriving: mpsc::Receiver<String>,
    said: String,
}

impl Program {
    /// Starts a server in a folder and waits for its ready line; `arguments` without the port.
    ///
    /// # Panics
    /// When it ends, or says nothing in time.
    pub fn serve(program: &Path, folder: &Path, arguments: &[&str]) -> Self {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--port", "0"]).collect();
        let mut child = command(program, folder, &arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = drain(child.stderr.take().expect("a pipe"));
        let stdout = child.stdout.take().expect("a pipe");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(stdout);
            let mut line = String::new();
            let _ended = lines.read_line(&mut line);
            let _nobody_waits = sender.send(line);
            // Read to the end: a program that prints into a closed pipe would die of it.
            let _rest = lines.read_to_end(&mut Vec::new());
        });
        let line = receiver.recv_timeout(PATIENCE).expect("a ready line in time");
        let mut started = Self { url: String::new(), child: Some(child), stderr };
        let url = line.trim_end().strip_prefix("listening on ").map(str::to_owned);
        let said = if url.is_none() { started.kill() } else { String::new() };
        started.url = url.unwrap_or_default();
        assert!(!started.url.is_empty(), "no ready line but {line:?}; it said:\n{said}");
        started
    }

    /// Its process id.
    ///
    /// # Panics
    /// When it has ended.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// Kills it at once (SIGKILL); gives what it had said on standard error.
    pub fn kill(&mut self) -> String {
        if let Some(mut child) = self.child.take() {
            let _ended_already = child.kill();
            let _reaped = child.wait();
        }
        self.stderr.rest()
    }

    /// Waits until standard error holds a text, and gives all of it so far.
    ///
    /// # Panics
    /// When it does not come in time.
    pub fn said(&mut self, wanted: &str) -> &str {
        while !self.stderr.said.contains(wanted) {
            let line = self.stderr.arriving.recv_timeout(PATIENCE);
            assert!(line.is_ok(), "{wanted:?} was not said, but:\n{}", self.stderr.said);
            self.stderr.said.extend(line);
        }
        &self.stderr.said
    }

    /// Sends a signal by name (`TERM`, `INT`).
    ///
    /// # Panics
    /// When the system has no `kill`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status();
        assert!(sent.expect("the program kill").success());
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    /// When it does not end in time.
    pub fn wait(mut self) -> Finished {
        let child = self.child.take().expect("it runs");
        let mut finished = finish(child);
        finished.stderr = self.stderr.rest();
        finished
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Lines {
    /// Everything, once the process has ended.
    fn rest(&mut self) -> String {
        self.said.extend(self.arriving.iter());
        std::mem::take(&mut self.said)
    }
}

fn drain(stderr: ChildStderr) -> Lines {
    let (sender, arriving) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(stderr);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            // Reading goes on when nobody listens: a full pipe would stop the program.
            let _nobody_listens = sender.send(String::from_utf8_lossy(&line).into_owned());
            line.clear();
        }
    });
    Lines { arriving, said: String::new() }
}

/// Where a program of this workspace lies, for tests of other crates: beside the running test.
///
/// # Panics
/// When the test does not run from a build folder.
pub fn beside_this_test(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let folder = test.parent().and_then(Path::parent).expect("a build folder");
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
