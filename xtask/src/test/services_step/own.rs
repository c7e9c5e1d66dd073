//! Servers of our own: an empty folder, a free port, an account that may run them, and an end with the command that
//! started them, however it ends. Only callers on this machine reach them, and without a password.
//! It must not know the kinds of servers.

use std::fs::{self, File, TryLockError};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::Kind;
use super::address::Address;
use crate::child::{START_TIMEOUT, stop_by_signal};
use crate::test::packages::{run, told};
use crate::{tool, tree};

const PAUSE: Duration = Duration::from_millis(50);

/// A running server; dropping it stops it and removes its folder.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) address: Address,
    child: Child,
    stop_signal: &'static str,
    _folder: Folder,
}

/// The folder of a server's data, removed when it is dropped.
struct Folder(PathBuf);

/// Keeps a second command on this checkout from emptying our folders. The system takes it back when we end.
pub(super) fn lock() -> anyhow::Result<File> {
    let home = home()?;
    fs::create_dir_all(&home)?;
    let file = File::create(home.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another test command runs servers in {}: try again when it has ended", home.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("cannot lock the folder of the servers"),
    }
}

fn home() -> anyhow::Result<PathBuf> {
    Ok(tree::target()?.join("services"))
}

impl Server {
    /// Starts a server on an empty folder, waits until it answers, and gives its name and version too.
    /// Called from the main thread only: the system ends a server with the thread that has started it.
    pub(super) fn start(kind: &Kind, program: &Path) -> anyhow::Result<(Self, String)> {
        let log = home()?.join(format!("{}.log", kind.account));
        Self::start_logged(kind, program, &File::create(&log)?).map_err(|error| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            error.context(format!("one of our own did not start; it said:\n{}", said.trim_end()))
        })
    }

    fn start_logged(kind: &Kind, program: &Path, log: &File) -> anyhow::Result<(Self, String)> {
        let account = tool::is_root().then_some(kind.account);
        let folder = Folder::make(kind.account, account)?;
        let command = |command: &Command| -> anyhow::Result<Command> {
            let mut command = as_account(account, kind.stop_signal, command);
            // Not where we are: that may be a folder which the account cannot enter.
            command
                .current_dir(&folder.0)
                .stdin(Stdio::null())
                .stdout(log.try_clone()?)
                .stderr(log.try_clone()?);
            Ok(command)
        };
        if let Some(prepare) = kind.prepare {
            run(&mut command(&prepare(program, &folder.0))?)?;
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let url = (kind.url)(port);
        let address = Address::parse(&url, kind.schemes, kind.port)?;
        let mut command = command(&(kind.serve)(program, &folder.0, port))?;
        let child = command.spawn().with_context(|| format!("cannot start {}", told(&command)))?;
        let mut server = Self { url, address, child, stop_signal: kind.stop_signal, _folder: folder };
        let version = server.wait_until_it_answers(kind.ask)?;
        Ok((server, version))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a server tells that it is ready to those who ask again, not by an event"
    )]
    fn wait_until_it_answers(
        &mut self,
        ask: fn(&Address) -> anyhow::Result<String>,
    ) -> anyhow::Result<String> {
        let tries = START_TIMEOUT.as_millis() / PAUSE.as_millis();
        let mut last = None;
        for _ in 0..tries {
            if let Some(status) = self.child.try_wait()? {
                bail!("it ended while it started, with {status}");
            }
            match ask(&self.address) {
                Ok(version) => return Ok(version),
                Err(error) => last = Some(error),
            }
            thread::sleep(PAUSE);
        }
        let last = last.map(|error| format!("{error:#}")).unwrap_or_default();
        bail!("it did not answer within {} s: {last}", START_TIMEOUT.as_secs())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop_by_signal(&mut self.child, self.stop_signal);
    }
}

impl Folder {
    /// An empty folder below `target` that belongs to the account.
    fn make(name: &str, account: Option<&str>) -> anyhow::Result<Self> {
        let folder = Self(home()?.join(name));
        if folder.0.exists() {
            // Left by a command that was killed.
            fs::remove_dir_all(&folder.0).with_context(|| format!("cannot empty {}", folder.0.display()))?;
        }
        fs::create_dir_all(&folder.0)?;
        let Some(account) = account else { return Ok(folder) };
        if folder.give_to(account)? {
            return Ok(folder);
        }
        // This checkout lies where only root may go. Not a name of our own: others may write there, too.
        let answer =
            Command::new("mktemp").arg("-d").output().context("cannot make a folder for the server")?;
        let elsewhere = Self(String::from_utf8(answer.stdout)?.trim_end().into());
        if elsewhere.give_to(account)? {
            return Ok(elsewhere);
        }
        bail!("the account {account} can enter neither {} nor {}", folder.0.display(), elsewhere.0.display())
    }

    /// Whether the account can write here now.
    fn give_to(&self, account: &str) -> anyhow::Result<bool> {
        run(Command::new("chown").arg(format!("{account}:")).arg(&self.0))?;
        let mut test = Command::new("test");
        test.arg("-w").arg(&self.0);
        Ok(as_account(Some(account), "TERM", &test).status().context("cannot start setpriv")?.success())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            println!("  {} could not be removed: {error}", self.0.display());
        }
    }
}

/// The command under an account, ended with us even when nobody has time to clean up. `setpriv` and not `su`: it becomes
/// the command, so that its process id is the server's.
fn as_account(account: Option<&str>, stop_signal: &str, command: &Command) -> Command {
    let mut wrapped = Command::new("setpriv");
    wrapped.args(["--pdeathsig", stop_signal]);
    if let Some(account) = account {
        wrapped.args(["--reuid", account, "--regid", account, "--init-groups"]);
    }
    wrapped.arg(command.get_program()).args(command.get_args());
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_changes_its_account_only_when_there_is_one() {
        let mut command = Command::new("postgres");
        command.args(["-D", "a"]);
        assert_eq!(told(&as_account(None, "INT", &command)), "setpriv --pdeathsig INT postgres -D a");
        let root = told(&as_account(Some("ann"), "INT", &command));
        assert!(root.contains("--reuid ann --regid ann --init-groups postgres"), "{root}");
    }
}
