#include "core/db/private_server.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <system_error>
#include <thread>

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sandbox.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"
#include "core/db/postgresql.h"
#include "core/sql/lexemes.h"

namespace quarry::db {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr const char* bootstrap_role = "quarry_private_server";
constexpr milliseconds start_patience{60'000}, stop_patience{8'000}, start_pause{5};
/// Of processor time of each of its processes.
constexpr milliseconds most_time = std::chrono::hours(2);
constexpr std::size_t longest_temporary_folder = 60;  // sockaddr_un has room for 108 bytes.
constexpr const char* dev_url_hint =
    "name a server or an empty database where migrations may be tried out: --dev-url postgresql://USER@HOST/DATABASE";

/// Nothing here outlives a crash, so nothing waits for a disk.
constexpr std::pair<const char*, const char*> fixed_settings[] = {{"listen_addresses", ""},
                                                                  {"fsync", "off"},
                                                                  {"synchronous_commit", "off"},
                                                                  {"full_page_writes", "off"},
                                                                  {"wal_level", "logical"},
                                                                  {"autovacuum", "off"},
                                                                  {"max_connections", "20"},
                                                                  {"shared_buffers", "32MB"},
                                                                  {"jit", "off"},
                                                                  {"dynamic_shared_memory_type", "mmap"},
                                                                  {"lc_messages", "C"},
                                                                  {"max_locks_per_transaction", "1024"},
                                                                  {"logging_collector", "off"},
                                                                  {"max_parallel_workers_per_gather", "0"}};

/// Whether everybody may pass to what is in a folder.
bool is_open_to_all(const fs::path& folder) {
    std::error_code error;
    for (fs::path one = folder; !error; one = one.parent_path()) {
        const fs::perms rights = fs::status(one, error).permissions();
        if (error || (rights & fs::perms::others_exec) == fs::perms::none) return false;
        if (one == one.parent_path()) return true;
    }
    return false;
}

/// Where a socket's path is not too long, and the server's user may go.
fs::path temporary_folder() {
    fs::path folder = fs::temp_directory_path();
    const bool fits = folder.string().size() <= longest_temporary_folder;
    return fits && (::geteuid() != 0 || is_open_to_all(folder)) ? folder : fs::path("/tmp");
}

/// PostgreSQL does not run as root.
std::optional<SystemUser> unprivileged_user() {
    if (::geteuid() != 0) return std::nullopt;
    for (const char* const name : {"postgres", "nobody"}) {
        if (const passwd* user = ::getpwnam(name)) return SystemUser{user->pw_uid, user->pw_gid};
    }
    throw Error(ErrorCode::failed, "PostgreSQL does not run as root, and there is no user postgres nor nobody",
                dev_url_hint);
}

/// Gives a folder, and what is in it, to the user.
void give_to(const std::optional<SystemUser>& user, const fs::path& folder) {
    if (!user) return;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, ignored)) {
        static_cast<void>(!::lchown(entry.path().c_str(), user->uid, user->gid));
    }
    static_cast<void>(!::lchown(folder.c_str(), user->uid, user->gid));
}

/// A fresh cluster, in a folder that is there and empty.
void run_initdb(const ServerPrograms& programs, const fs::path& data, const std::optional<SystemUser>& user,
                const Cancellation* cancel) {
    SubprocessOptions options;
    options.user = user;
    const SubprocessResult made =
        run_subprocess({(programs.folder / "initdb").string(), "-D", data.string(), "-U", bootstrap_role, "-A", "trust",
                        "-E", "UTF8", "--locale=C.UTF-8", "-N"},
                       {}, options, cancel);
    if (made.succeeded()) return;
    throw Error(ErrorCode::failed, fmt::format("{}/initdb failed", programs.folder.string()), dev_url_hint)
        .because(subprocess_cause(made));
}

/// The cluster that is kept for this version; empty when there is no place for one.
fs::path kept_cluster(const ServerPrograms& programs, const fs::path& cache_folder) {
    if (cache_folder.empty()) return {};
    std::string name = programs.version;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !is_ascii_letter(c) && !is_ascii_digit(c) && c != '.'; }, '_');
    return cache_folder / "postgresql" / name;
}

/// Copies the kept cluster; false when there is none.
bool copy_kept_cluster(const fs::path& kept, const fs::path& data, const std::optional<SystemUser>& user) {
    struct stat info {};
    if (kept.empty() || ::lstat(kept.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::geteuid()) {
        return false;
    }
    std::error_code error;
    fs::copy(kept, data, fs::copy_options::recursive, error);
    if (!error) fs::permissions(data, fs::perms::owner_all, error);
    if (!error) give_to(user, data);
    return !error;
}

/// Makes a fresh cluster, and keeps it where it can be kept.
void make_cluster(const ServerPrograms& programs, const fs::path& kept, const fs::path& data,
                  const std::optional<SystemUser>& user, const Cancellation* cancel) {
    std::error_code error;
    fs::remove_all(data, error);
    fs::create_directory(data, error);
    fs::permissions(data, fs::perms::owner_all, error);
    give_to(user, data);
    run_initdb(programs, data, user, cancel);
    if (kept.empty()) return;
    const fs::path beside = fmt::format("{}.{}", kept.string(), ::getpid());
    fs::create_directories(kept.parent_path(), error);
    fs::remove_all(beside, error);
    fs::copy(data, beside, fs::copy_options::recursive, error);
    if (!error) fs::permissions(beside, fs::perms::owner_all, error);
    if (!error) fs::rename(beside, kept, error);
    if (error) fs::remove_all(beside, error);
}

std::vector<std::string> server_command(const ServerPrograms& programs, const fs::path& home,
                                        const PrivateServerOptions& options) {
    std::vector<std::string> command{(programs.folder / "postgres").string(), "-D", (home / "data").string(), "-k",
                                     home.string()};
    const auto set = [&](std::string_view name, std::string_view value) {
        command.emplace_back("-c");
        command.push_back(fmt::format("{}={}", name, value));
    };
    for (const auto& [name, value] : options.settings) set(name, value);
    for (const auto& [name, value] : fixed_settings) set(name, value);
    // A backend that computes notices nothing else when this process is killed.
    constexpr int checks_connections_since = 14;
    if (programs.major >= checks_connections_since) set("client_connection_check_interval", "1000");
    return command;
}

std::string end_of_file(const fs::path& path) {
    constexpr std::size_t shown = 400;
    try {
        const std::string text = read_file(path, 10'000'000);
        return one_line(
            strip_terminal_controls(replace_invalid_utf8(text.substr(text.size() - std::min(text.size(), shown)))),
            shown);
    } catch (const Error&) {
        return {};
    }
}

/// What the login may do where the kernel cannot confine the server: nothing that leaves the database.
void make_plain_login(PostgresqlConnection& connection, const std::string& quoted) {
    connection.query(fmt::format("CREATE ROLE {} LOGIN CREATEDB CREATEROLE", quoted));
    // Before 16 whoever makes roles may also take those that read files and run programs.
    connection.query("UPDATE pg_catalog.pg_authid SET rolsuper = true WHERE rolname IN "
                     "('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')");
}

/// A value in libpq's "key=value" form.
std::string conninfo_value(std::string_view value) {
    std::string quoted = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

}  // namespace

struct PrivateServer::State {
    TemporaryDirectory home{"quarry-postgresql", temporary_folder()};
    std::unique_ptr<BackgroundProcess> server;
    std::string url, superuser_url;

    [[nodiscard]] std::string url_of(std::string_view login) const {
        return fmt::format("host={} port=5432 user={} dbname=postgres passfile={} sslmode=disable gssencmode=disable",
                           conninfo_value(home.path().string()), conninfo_value(login),
                           conninfo_value((home.path() / "none").string()));
    }
    void start(const ServerPrograms& programs, const PrivateServerOptions& options,
               const std::optional<SystemUser>& user) {
        SubprocessOptions process;
        process.user = user;
        process.max_time = most_time;
        process.server_folder = home.path().string();
        server = std::make_unique<BackgroundProcess>(server_command(programs, home.path(), options),
                                                     home.path() / "log", process);
        PostgresqlConnection connection = connect(options.cancel);
        const std::string quoted = sql::quote_name(sql::Dialect::postgresql, options.login);
        if (sandbox_support().confines_servers()) {
            connection.query(fmt::format("CREATE ROLE {} SUPERUSER LOGIN", quoted));
        } else {
            make_plain_login(connection, quoted);
        }
    }
    /// The first connection that it accepts.
    [[nodiscard]] PostgresqlConnection connect(const Cancellation* cancel) const {
        const auto give_up = std::chrono::steady_clock::now() + start_patience;
        PostgresqlOptions options;
        options.cancel = cancel;
        for (;;) {
            if (cancel != nullptr) cancel->check();
            const bool running = server->running();
            std::error_code ignored;
            try {
                if (fs::exists(home.path() / ".s.PGSQL.5432", ignored)) {
                    return PostgresqlConnection::connect(superuser_url, options);
                }
            } catch (const Error& error) {
                const std::string_view why = error.what();
                const bool starts = why.find("the database system is") != std::string_view::npos ||
                                    why.find("refused") != std::string_view::npos;
                if (error.code() == ErrorCode::interrupted || (running && !starts)) throw;
            }
            if (!running || std::chrono::steady_clock::now() > give_up) {
                throw Error(ErrorCode::failed, "the private PostgreSQL server did not start", dev_url_hint)
                    .because(end_of_file(home.path() / "log"));
            }
            std::this_thread::sleep_for(start_pause);
        }
    }
};

std::vector<ServerPrograms> find_server_programs(std::string_view search_path) {
    std::vector<fs::path> folders;
    for (const std::string_view folder : split(search_path, ':')) {
        if (folder.starts_with('/')) folders.emplace_back(folder);
    }
    std::error_code ignored;
    for (const fs::directory_entry& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
        folders.push_back(version.path() / "bin");
    }
    for (const fs::directory_entry& version : fs::directory_iterator("/usr", ignored)) {
        if (version.path().filename().string().starts_with("pgsql-")) folders.push_back(version.path() / "bin");
    }
    folders.emplace_back("/usr/local/pgsql/bin");
    std::vector<ServerPrograms> found;
    for (const fs::path& folder : folders) {
        if (::access((folder / "initdb").c_str(), X_OK) != 0) continue;
        const fs::path real = fs::canonical(folder / "initdb", ignored).parent_path();
        if (::access((real / "postgres").c_str(), X_OK) != 0) continue;
        const auto same = [&](const ServerPrograms& one) { return one.folder == real; };
        if (std::any_of(found.begin(), found.end(), same)) continue;
        const SubprocessResult said = run_subprocess({(real / "postgres").string(), "--version"}, {}, {});
        constexpr std::string_view begin = "postgres (PostgreSQL) ";
        if (!said.succeeded() || !said.output.starts_with(begin)) continue;
        ServerPrograms programs{real, 0, std::string(trim(std::string_view(said.output).substr(begin.size())))};
        std::from_chars(programs.version.data(), programs.version.data() + programs.version.size(), programs.major);
        found.push_back(std::move(programs));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const ServerPrograms& a, const ServerPrograms& b) { return a.major > b.major; });
    return found;
}

PrivateServer::PrivateServer(const ServerPrograms& programs, const PrivateServerOptions& options)
    : state_(std::make_unique<State>()) {
    const fs::path home = state_->home.path(), data = home / "data";
    const fs::path kept = kept_cluster(programs, options.cache_folder);
    const std::optional<SystemUser> user = unprivileged_user();
    give_to(user, home);
    state_->superuser_url = state_->url_of(bootstrap_role);
    state_->url = state_->url_of(options.login);
    if (copy_kept_cluster(kept, data, user)) {
        try {
            state_->start(programs, options, user);
            return;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            state_->server.reset();
        }
        // It may be the copy: a crash of the machine can leave half of one.
        make_cluster(programs, {}, data, user, options.cancel);
        state_->start(programs, options, user);
        std::error_code ignored;
        fs::remove_all(kept, ignored);
        return;
    }
    make_cluster(programs, kept, data, user, options.cancel);
    state_->start(programs, options, user);
}

PrivateServer::~PrivateServer() {
    if (state_->server) state_->server->end(SIGQUIT, stop_patience);
}

const std::string& PrivateServer::url() const noexcept { return state_->url; }
const std::string& PrivateServer::superuser_url() const noexcept { return state_->superuser_url; }

}  // namespace quarry::db
