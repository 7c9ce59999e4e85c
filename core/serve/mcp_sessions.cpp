#include "core/serve/mcp_sessions.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "core/crypto/secret.h"

namespace quarry::serve {
namespace {

constexpr std::size_t most_streams = 8;

}  // namespace

McpSession::McpSession(std::string id, std::string principal)
    : id_(std::move(id)),
      principal_(std::move(principal)),
      state_(std::make_shared<mcp::Session>()),
      standing_(std::make_shared<McpStream>("0")) {
    state_->set_outgoing(standing_);
}

std::shared_ptr<McpStream> McpSession::new_stream() {
    const std::lock_guard lock(mutex_);
    const std::uint64_t number = ++last_stream_;
    auto stream = std::make_shared<McpStream>(std::to_string(number));
    streams_.emplace(number, stream);
    for (auto one = streams_.begin(); streams_.size() > most_streams && one != streams_.end();) {
        one = one->second->has_ended() ? streams_.erase(one) : std::next(one);
    }
    return stream;
}

std::shared_ptr<McpStream> McpSession::find_stream(const std::string& name) const {
    if (name == "0") return standing_;
    const std::lock_guard lock(mutex_);
    const auto found =
        std::ranges::find_if(streams_, [&](const auto& one) { return std::to_string(one.first) == name; });
    return found == streams_.end() ? nullptr : found->second;
}

void McpSession::close() {
    state_->close();
    standing_->end();
    const std::lock_guard lock(mutex_);
    for (const auto& [number, stream] : streams_) stream->end();
}

void McpSession::shut_down() {
    state_->stop_asking();
    standing_->end();
}

std::shared_ptr<McpSession> McpSessions::begin(const std::string& principal, Clock::time_point now) {
    auto session = std::make_shared<McpSession>(crypto::random_secret(), principal);
    std::shared_ptr<McpSession> replaced;
    {
        const std::lock_guard lock(mutex_);
        remove_idle(now);
        std::vector<decltype(entries_)::iterator> own;
        for (auto one = entries_.begin(); one != entries_.end(); ++one) {
            if (one->second.session->principal() == principal) own.push_back(one);
        }
        if (own.size() >= most_of_one) {
            const auto oldest = std::ranges::min_element(own, {}, [](const auto& one) { return one->second.used; });
            replaced = std::move((*oldest)->second.session);
            entries_.erase(*oldest);
        }
        if (entries_.size() >= most) return nullptr;
        entries_.emplace(session->id(), Entry{session, now});
    }
    if (replaced) replaced->close();
    return session;
}

std::shared_ptr<McpSession> McpSessions::find(std::string_view id, const std::string& principal,
                                              Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.session->principal() != principal) return nullptr;
    found->second.used = now;
    return found->second.session;
}

void McpSessions::end(const std::string& id) {
    std::shared_ptr<McpSession> session;
    {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(id);
        if (found == entries_.end()) return;
        session = std::move(found->second.session);
        entries_.erase(found);
    }
    session->close();
}

void McpSessions::remove_idle(Clock::time_point now) {
    for (auto one = entries_.begin(); one != entries_.end();) {
        if (now - one->second.used < idle || one->second.session->standing()->is_read()) {
            ++one;
            continue;
        }
        one->second.session->close();
        one = entries_.erase(one);
    }
}

void McpSessions::close_all() {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : entries_) entry.session->close();
    entries_.clear();
}

void McpSessions::shut_down() {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : entries_) entry.session->shut_down();
}

}  // namespace quarry::serve
