#pragma once

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "core/base/file.h"

namespace quarry {

/// tests/support/openai_server.py as a child process: listens on loopback from construction to destruction.
class OpenAiServer {
public:
    OpenAiServer() {
        const std::string script = QUARRY_SOURCE_DIR "/tests/support/openai_server.py";
        const std::string port_file = folder_.path() / "port";
        const std::string log_file = this->log_file();
        child_ = ::fork();
        if (child_ == 0) {
            ::execl("/usr/bin/python3", "python3", "-I", script.c_str(), port_file.c_str(), log_file.c_str(),
                    static_cast<char*>(nullptr));
            ::_exit(127);
        }
        for (int i = 0; i < 1000 && port_.empty(); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            std::ifstream(port_file) >> port_;
        }
        EXPECT_FALSE(port_.empty()) << "the test server did not start";
    }
    ~OpenAiServer() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    OpenAiServer(const OpenAiServer&) = delete;
    OpenAiServer& operator=(const OpenAiServer&) = delete;

    /// "http://127.0.0.1:PORT" with a path behind it.
    [[nodiscard]] std::string url(const std::string& path = {}) const { return "http://127.0.0.1:" + port_ + path; }
    [[nodiscard]] std::string base_url() const { return url("/v1"); }
    /// The requests so far: one JSON object a line.
    [[nodiscard]] std::string log() const {
        std::ifstream file(log_file());
        return {std::istreambuf_iterator<char>(file), {}};
    }

private:
    [[nodiscard]] std::string log_file() const { return folder_.path() / "log"; }

    TemporaryDirectory folder_;
    std::string port_;
    pid_t child_ = -1;
};

}  // namespace quarry
