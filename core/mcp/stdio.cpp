#include "core/mcp/stdio.h"

#include <array>
#include <condition_variable>
#include <istream>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "core/base/worker_pool.h"

namespace quarry::mcp {
namespace {

using json_rpc::Message;

constexpr int busy = -32000;

/// Messages to the client, a line each.
class LineChannel final : public Channel {
public:
    explicit LineChannel(std::ostream& out) : out_(out) {}
    void send(const Json& message) override {
        std::string text = json_rpc::line(message);
        text += '\n';
        const std::lock_guard lock(mutex_);
        out_.write(text.data(), static_cast<std::streamsize>(text.size()));
        out_.flush();
    }

private:
    std::mutex mutex_;
    std::ostream& out_;
};

/// What one request that listens is sent. It ends when its owner drops it.
class ListeningChannel final : public Channel {
public:
    explicit ListeningChannel(std::shared_ptr<Channel> client) : client_(std::move(client)) {}
    void send(const Json& message) override { client_->send(message); }

private:
    const std::shared_ptr<Channel> client_;
};

/// Reads lines of a bounded length.
class LineReader {
public:
    LineReader(std::istream& in, std::size_t longest) : in_(in), longest_(longest) {}
    /// False at the end of the input. A line that is too long is left empty, and `is_too_long` says so.
    [[nodiscard]] bool next(std::string& line) {
        line.clear();
        is_too_long_ = false;
        for (;;) {
            in_.getline(piece_.data(), static_cast<std::streamsize>(piece_.size()));
            const auto count = static_cast<std::size_t>(in_.gcount());
            const bool is_whole = in_.good();  // with its line feed, which is counted and not stored
            const bool ended = in_.eof();
            if (!is_too_long_) line.append(piece_.data(), is_whole ? count - 1 : count);
            if (line.size() > longest_) {
                is_too_long_ = true;
                line = std::string();
            }
            if (is_whole) return true;
            if (ended) return !line.empty() || is_too_long_;
            if (in_.bad() || count == 0) return false;
            in_.clear();  // the piece is full; the line goes on
        }
    }
    [[nodiscard]] bool is_too_long() const noexcept { return is_too_long_; }

private:
    std::istream& in_;
    const std::size_t longest_;
    std::array<char, 64 * 1024> piece_{};
    bool is_too_long_ = false;
};

class StdioServer {
public:
    StdioServer(Server& server, const StdioOptions& options, std::ostream& out)
        : server_(server),
          options_(options),
          client_(std::make_shared<LineChannel>(out)),
          session_(std::make_shared<Session>()),
          pool_(options.threads, options.longest_queue) {
        session_->set_outgoing(client_);
        server_.watch(session_);
    }
    ~StdioServer() {
        session_->close();
        pool_.end();
    }
    /// Lets requests under way finish. Those that ask the client fail: it sends nothing any more.
    void finish() {
        session_->stop_asking();
        std::unique_lock lock(mutex_);
        finished_.wait_for(lock, options_.grace, [this] { return under_way_ == 0; });
    }
    StdioServer(const StdioServer&) = delete;
    StdioServer& operator=(const StdioServer&) = delete;

    void take(std::string_view line) {
        json_rpc::Reading reading = json_rpc::read(line);
        if (!reading.message) return client_->send(json_rpc::failure(reading.id, reading.failure));
        Message& message = *reading.message;
        switch (message.kind) {
            case Message::Kind::request: return begin(std::move(message));
            case Message::Kind::notification: return note(message);
            case Message::Kind::result:
            case Message::Kind::failure: return session_->deliver(std::move(message));
        }
    }
    void refuse(const json_rpc::Failure& failure) { client_->send(json_rpc::failure(nullptr, failure)); }

private:
    void begin(Message message) {
        std::shared_ptr<Cancellation> cancel = session_->begin(message.id);
        if (cancel == nullptr) {
            return client_->send(json_rpc::failure(
                message.id, {json_rpc::invalid_request, "a request with this id is in progress", {}}));
        }
        // What follows initialize depends on it, and ping must be answered though all threads are busy.
        if (message.method == "initialize" || message.method == "ping") return answer(message, *cancel);
        auto request = std::make_shared<const Message>(std::move(message));
        count(1);
        const auto work = [this, request, cancel] {
            answer(*request, *cancel);
            count(-1);
        };
        if (pool_.submit(work)) return;
        count(-1);
        static_cast<void>(session_->end(request->id));
        client_->send(json_rpc::failure(request->id, {busy, "too many requests are waiting; try again later", {}}));
    }

    [[nodiscard]] Reply handle(const Message& message, const Cancellation& cancel,
                               const std::shared_ptr<Channel>& stream) {
        app::SilentNotices notices;
        const app::RequestScope scope{cancel, notices, options_.clock};
        return server_.handle(message, {scope, options_.scopes, *client_, session_.get()}, stream);
    }

    void answer(const Message& message, const Cancellation& cancel) {
        const auto stream = std::make_shared<ListeningChannel>(client_);
        const Reply reply = handle(message, cancel, stream);
        if (reply.is_open && listen(message.id, stream, cancel)) return;
        if (session_->end(message.id) && !reply.message.is_null()) client_->send(reply.message);
    }

    void count(int more) {
        const std::lock_guard lock(mutex_);
        under_way_ += more;
        finished_.notify_all();
    }

    /// False if the request was cancelled meanwhile.
    [[nodiscard]] bool listen(const Json& id, const std::shared_ptr<Channel>& stream, const Cancellation& cancel) {
        const std::lock_guard lock(mutex_);
        if (cancel.cancelled()) return false;
        listening_.emplace(id.dump(), stream);
        return true;
    }

    void note(const Message& message) {
        const Cancellation never;
        static_cast<void>(handle(message, never, nullptr));
        if (message.method != "notifications/cancelled") return;
        const Json id = message.params.value("requestId", Json());
        const std::lock_guard lock(mutex_);
        if (listening_.erase(id.dump()) > 0) static_cast<void>(session_->end(id));
    }

    Server& server_;
    const StdioOptions& options_;
    const std::shared_ptr<Channel> client_;
    const std::shared_ptr<Session> session_;
    std::mutex mutex_;  ///< Protects the members below.
    std::condition_variable finished_;
    int under_way_ = 0;                                          ///< Requests that wait for a thread or have one.
    std::map<std::string, std::shared_ptr<Channel>> listening_;  ///< By the ids of their requests, as JSON.
    WorkerPool pool_;                                            ///< Ends before what it uses.
};

}  // namespace

void serve_stdio(Server& server, const StdioOptions& options, std::istream& in, std::ostream& out) {
    StdioServer client(server, options, out);
    LineReader reader(in, options.longest_message);
    std::string line;
    while (out && reader.next(line)) {
        if (reader.is_too_long()) {
            client.refuse({json_rpc::invalid_request, "the message is too long", {}});
        } else if (!trim(line).empty()) {
            client.take(line);
        }
    }
    client.finish();
}

}  // namespace quarry::mcp
