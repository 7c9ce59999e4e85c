#pragma once

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "core/db/postgresql.h"

namespace quarry::test {

/// tests/support/postgresql_server.py as a child process: a real server that lives as long as this. It stops by itself
/// when this process ends, however that happens. A test that needs it fails when there is no PostgreSQL server on the
/// machine.
class PostgresqlServer {
public:
    PostgresqlServer() {
        int commands[2];
        int answers[2];
        if (::pipe2(commands, O_CLOEXEC) != 0 || ::pipe2(answers, O_CLOEXEC) != 0) return;
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(commands[0], STDIN_FILENO);
            ::dup2(answers[1], STDOUT_FILENO);
            ::execl("/usr/bin/python3", "python3", "-I", QUARRY_SOURCE_DIR "/tests/support/postgresql_server.py",
                    static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(commands[0]);
        ::close(answers[1]);
        stop_ = commands[1];
        char next = 0;
        while (::read(answers[0], &next, 1) == 1 && next != '\n') url_ += next;
        ::close(answers[0]);
    }
    ~PostgresqlServer() {
        if (stop_ >= 0) ::close(stop_);
        if (child_ > 0) ::waitpid(child_, nullptr, 0);
    }
    PostgresqlServer(const PostgresqlServer&) = delete;
    PostgresqlServer& operator=(const PostgresqlServer&) = delete;

    /// The URL of the database `postgres`, as its superuser; throws when the server did not start.
    [[nodiscard]] const std::string& url() const {
        if (url_.empty()) {
            throw Error(ErrorCode::failed, "the PostgreSQL server of the tests did not start",
                        "scripts/setup installs it (Debian: apt install postgresql)");
        }
        return url_;
    }
    /// The URL of another database of the server, and as another user.
    [[nodiscard]] std::string url_of(const std::string& database, const std::string& user = "postgres") const {
        const std::size_t at = url().find('@');
        return "postgresql://" + user + url().substr(at, url().rfind('/') - at + 1) + database;
    }
    /// Makes an empty database and gives its URL.
    [[nodiscard]] std::string make_database() {
        const std::string name = "test_" + std::to_string(++databases_);
        db::PostgresqlConnection::connect(url()).query("CREATE DATABASE " + name + " TEMPLATE template0");
        return url_of(name);
    }

private:
    std::string url_;
    pid_t child_ = -1;
    int stop_ = -1;
    int databases_ = 0;
};

/// The server of the test program: started by the first test that asks, stopped when the program returns from main.
inline PostgresqlServer& postgresql_server() {
    static PostgresqlServer server;
    return server;
}

}  // namespace quarry::test
