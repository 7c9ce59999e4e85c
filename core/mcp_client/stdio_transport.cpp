#include "core/mcp_client/stdio_transport.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/subprocess.h"
#include "core/base/text.h"

namespace quarry::mcp_client {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_message = 16'000'000;
constexpr std::size_t most_noise_lines = 1'000;      ///< Between two answers.
constexpr std::size_t most_other_messages = 10'000;  ///< Requests, notifications and stale answers, likewise.
constexpr std::size_t read_at_once = 65'536;
constexpr std::chrono::hours most_processor_time{12};

class StdioTransport final : public Transport {
public:
    StdioTransport(const ServerDefinition& server, const Environment& environment)
        : name_(server.name), command_(server.command) {
        options_.max_time = most_processor_time;
        for (const NamedText& variable : server.environment) {
            const std::string what = fmt::format("mcp.servers.{}.env", server.name);
            options_.environment.push_back(
                fmt::format("{}={}", variable.name, expand_variables(variable.text, what, environment)));
        }
        start();
    }

    void use_version(std::string_view) override {}

    [[nodiscard]] json_rpc::Message exchange(const Call& call, const PeerHandler& peer,
                                             std::chrono::milliseconds timeout, const Cancellation& cancel) override {
        const ConnectedProcess::Wait wait{Clock::now() + timeout, &cancel};
        send(json_rpc::request(call.id, call.method, call.params), wait);
        try {
            return wait_for(call, peer, timeout, wait);
        } catch (const Error& error) {
            if (is_running() && call.method != "initialize") tell_cancelled(call.id);
            throw;
        }
    }

    void notify(std::string_view method, const Json& params, std::chrono::milliseconds timeout,
                const Cancellation& cancel) override {
        send(json_rpc::notification(method, params), {Clock::now() + timeout, &cancel});
    }

    void listen(const PeerHandler&, const Cancellation&) override {}  // there is one way only

    void restart() override { start(); }

private:
    void start() {
        process_.reset();
        buffer_.clear();
        try {
            process_ = std::make_unique<ConnectedProcess>(command_, options_);
        } catch (Error& error) {
            throw Error(ErrorCode::provider_failed, fmt::format("the MCP server {} cannot be started", name_),
                        fmt::format("check its command: {}", shell_quoted(command_.front())))
                .because(error.what());
        }
    }

    [[nodiscard]] bool is_running() const noexcept { return process_ != nullptr; }

    /// The server is gone, or is ended here: what follows says so.
    [[nodiscard]] Error ended() {
        const SubprocessResult result = process_->finish();
        process_.reset();
        return Error(ErrorCode::provider_failed, fmt::format("the MCP server {} has ended", name_))
            .because(subprocess_cause(result));
    }

    [[nodiscard]] Error broken(std::string why) {
        static_cast<void>(process_->finish());
        process_.reset();
        return Error(ErrorCode::provider_failed, fmt::format("the MCP server {} was ended", name_))
            .because(std::move(why));
    }

    [[nodiscard]] Error too_slow(std::chrono::milliseconds timeout) const {
        return Error(ErrorCode::provider_failed, fmt::format("the MCP server {} did not answer", name_),
                     fmt::format("it may need longer: mcp.servers.{}.timeout", name_))
            .because(fmt::format("no answer within {:g} s", static_cast<double>(timeout.count()) / 1000.0));
    }

    void send(const Json& message, const ConnectedProcess::Wait& wait) {
        if (!is_running()) start();
        switch (process_->send(json_rpc::line(message) + "\n", wait)) {
            case ConnectedProcess::Transfer::done: return;
            case ConnectedProcess::Transfer::ended: throw ended();
            case ConnectedProcess::Transfer::timed_out: throw broken("it does not read its standard input");
        }
    }

    void tell_cancelled(const Json& id) noexcept {
        try {
            const ConnectedProcess::Wait soon{Clock::now() + std::chrono::milliseconds(200), nullptr};
            static_cast<void>(process_->send(
                json_rpc::line(json_rpc::notification("notifications/cancelled", {{"requestId", id}})) + "\n", soon));
        } catch (...) {  // it is told as a courtesy
        }
    }

    [[nodiscard]] std::string next_line(std::chrono::milliseconds timeout, const ConnectedProcess::Wait& wait) {
        for (std::size_t from = 0;;) {
            const std::size_t end = buffer_.find('\n', from);
            if (end != std::string::npos) {
                std::string line = buffer_.substr(0, end);
                buffer_.erase(0, end + 1);
                return line;
            }
            from = buffer_.size();
            if (from > longest_message) {
                throw broken(fmt::format("it wrote a line of more than {}", human_bytes(longest_message)));
            }
            switch (process_->receive_some(buffer_, read_at_once, wait)) {
                case ConnectedProcess::Transfer::done: break;
                case ConnectedProcess::Transfer::ended: throw ended();
                case ConnectedProcess::Transfer::timed_out: throw too_slow(timeout);
            }
        }
    }

    [[nodiscard]] json_rpc::Message wait_for(const Call& call, const PeerHandler& peer,
                                             std::chrono::milliseconds timeout, const ConnectedProcess::Wait& wait) {
        for (std::size_t noise = 0, others = 0;;) {
            if (noise > most_noise_lines) throw broken("it writes lines to standard output that are not messages");
            if (others > most_other_messages) throw broken("it floods quarry with messages");
            const std::string line = next_line(timeout, wait);
            json_rpc::Reading reading = json_rpc::read(line);
            if (!reading.message) {
                ++noise;
                continue;
            }
            json_rpc::Message& message = *reading.message;
            using Kind = json_rpc::Message::Kind;
            if ((message.kind == Kind::result || message.kind == Kind::failure) && message.id == call.id) {
                return std::move(message);
            }
            ++others;
            if (message.kind == Kind::request) {
                const PeerAnswer answer = peer(message.method, message.params);
                send(answer.failure ? json_rpc::failure(message.id, *answer.failure)
                                    : json_rpc::result(message.id, answer.result),
                     wait);
            }
        }
    }

    std::string name_;
    std::vector<std::string> command_;
    SubprocessOptions options_;
    std::unique_ptr<ConnectedProcess> process_;  ///< Null when it has ended.
    std::string buffer_;                         ///< What it wrote behind the last line that was taken.
};

}  // namespace

std::unique_ptr<Transport> make_stdio_transport(const ServerDefinition& server, const Environment& environment) {
    return std::make_unique<StdioTransport>(server, environment);
}

}  // namespace quarry::mcp_client
