#include "core/serve/mcp_stream.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace quarry::serve {
namespace {

constexpr std::size_t most_sent_at_once = 32 * 1024;

}  // namespace

class McpStream::Source final : public net::BodySource {
public:
    Source(std::shared_ptr<McpStream> stream, std::uint64_t reader, std::uint64_t after, bool primes)
        : stream_(std::move(stream)), reader_(reader), position_(after), primes_(primes) {}
    ~Source() override { leave(); }

    void start(std::function<void()> wake) override {
        const std::lock_guard lock(stream_->mutex_);
        if (stream_->reader_ == reader_) stream_->wake_ = std::move(wake);
    }
    [[nodiscard]] State next(std::string& out) override {
        if (std::exchange(primes_, false)) {
            out = fmt::format("id: {}_{}\ndata: \n\n", stream_->name_, position_);
            return State::more;
        }
        return stream_->read(reader_, position_, out);
    }
    void stopped(bool /*complete*/) noexcept override { leave(); }

private:
    void leave() noexcept {
        const std::lock_guard lock(stream_->mutex_);
        if (stream_->reader_ == reader_) stream_->wake_ = nullptr;
    }

    const std::shared_ptr<McpStream> stream_;
    const std::uint64_t reader_;
    std::uint64_t position_;
    bool primes_;
};

void McpStream::send(const mcp::Json& message) {
    std::string data = json_rpc::line(message);
    {
        const std::lock_guard lock(mutex_);
        if (ended_) return;
        bytes_ += data.size();
        events_.push_back({++last_, std::move(data)});
        while (events_.size() > 1 && (events_.size() > most_kept || bytes_ > most_kept_bytes)) {
            bytes_ -= events_.front().data.size();
            events_.pop_front();
        }
    }
    wake();
}

void McpStream::end() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    wake();
}

bool McpStream::has_ended() const {
    const std::lock_guard lock(mutex_);
    return ended_;
}

bool McpStream::is_read() const {
    const std::lock_guard lock(mutex_);
    return wake_ != nullptr;
}

void McpStream::wake() {
    std::function<void()> call;
    {
        const std::lock_guard lock(mutex_);
        call = wake_;
    }
    if (call) call();
}

std::shared_ptr<net::BodySource> McpStream::source(std::uint64_t after, bool primes) {
    std::function<void()> before;
    std::uint64_t reader = 0;
    {
        const std::lock_guard lock(mutex_);
        reader = ++reader_;
        before = std::exchange(wake_, nullptr);
    }
    if (before) before();  // it sees that it reads no longer
    return std::make_shared<Source>(shared_from_this(), reader, after, primes && !name_.empty());
}

net::BodySource::State McpStream::read(std::uint64_t reader, std::uint64_t& position, std::string& out) {
    const std::lock_guard lock(mutex_);
    if (reader != reader_) return net::BodySource::State::end;
    for (const Event& event : events_) {
        if (event.number <= position) continue;
        if (out.size() > most_sent_at_once) return net::BodySource::State::more;
        if (!name_.empty()) out += fmt::format("id: {}_{}\n", name_, event.number);
        out += fmt::format("event: message\ndata: {}\n\n", event.data);
        position = event.number;
    }
    if (name_.empty()) {
        events_.clear();
        bytes_ = 0;
    }
    if (ended_) return net::BodySource::State::end;
    return out.empty() ? net::BodySource::State::waiting : net::BodySource::State::more;
}

std::optional<McpEventId> parse_event_id(std::string_view id) {
    const std::size_t line = id.rfind('_');
    if (line == std::string_view::npos) return std::nullopt;
    McpEventId parsed{.stream = std::string(id.substr(0, line))};
    const std::string_view digits = id.substr(line + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed.number);
    const bool is_number = error == std::errc() && end == digits.data() + digits.size();
    return is_number ? std::optional(std::move(parsed)) : std::nullopt;
}

}  // namespace quarry::serve
