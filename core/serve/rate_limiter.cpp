#include "core/serve/rate_limiter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/serve/problem.h"

namespace quarry::serve {

unsigned RateLimiter::limit_of(RateClass kind) const noexcept {
    switch (kind) {
        case RateClass::none: return 0;
        case RateClass::search: return limits_.search;
        case RateClass::generate: return limits_.generate;
        case RateClass::ingest: return limits_.ingest;
        case RateClass::sign_in: return limits_.sign_in;
    }
    return 0;
}

RateLimiter::Bucket& RateLimiter::bucket_of(Buckets& buckets, std::string_view who, double full,
                                            Clock::time_point now) {
    if (const auto found = buckets.by_name.find(who); found != buckets.by_name.end()) {
        buckets.order.splice(buckets.order.begin(), buckets.order, found->second);
        return buckets.order.front();
    }
    if (buckets.order.size() >= most_buckets) {
        buckets.by_name.erase(buckets.order.back().who);
        buckets.order.pop_back();
    }
    buckets.order.push_front({std::string(who), full, now});
    buckets.by_name.emplace(buckets.order.front().who, buckets.order.begin());
    return buckets.order.front();
}

std::optional<RateLimiter::Verdict> RateLimiter::take(RateClass kind, std::string_view who, Clock::time_point now) {
    static constexpr std::array<std::string_view, 5> names = {"", "search", "generate", "ingest", "sign-in"};
    const unsigned limit = limit_of(kind);
    if (limit == 0) return std::nullopt;
    const double full = limit, per_second = full / 60;
    const std::lock_guard lock(mutex_);
    Bucket& bucket = bucket_of(buckets_[static_cast<std::size_t>(kind)], who, full, now);
    const double passed = std::chrono::duration<double>(now - bucket.filled).count();
    bucket.tokens = std::min(full, bucket.tokens + std::max(0.0, passed) * per_second);
    bucket.filled = now;
    Verdict verdict{names[static_cast<std::size_t>(kind)], bucket.tokens >= 1, limit};
    if (verdict.allowed) bucket.tokens -= 1;
    verdict.remaining = static_cast<unsigned>(bucket.tokens);
    verdict.seconds =
        static_cast<std::uint64_t>(std::ceil((1 - (bucket.tokens - std::floor(bucket.tokens))) / per_second));
    return verdict;
}

std::size_t RateLimiter::size() const {
    const std::lock_guard lock(mutex_);
    std::size_t sum = 0;
    for (const Buckets& one : buckets_) sum += one.order.size();
    return sum;
}

void add_rate_fields(net::Response& response, const RateLimiter::Verdict& verdict, bool openai) {
    if (openai) {
        response.set("x-ratelimit-limit-requests", fmt::format("{}", verdict.limit));
        response.set("x-ratelimit-remaining-requests", fmt::format("{}", verdict.remaining));
        response.set("x-ratelimit-reset-requests", fmt::format("{}s", verdict.seconds));
        return;
    }
    response.set("RateLimit-Policy", fmt::format("\"{}\";q={};w=60", verdict.name, verdict.limit));
    response.set("RateLimit", fmt::format("\"{}\";r={};t={}", verdict.name, verdict.remaining, verdict.seconds));
}

net::Response too_many_requests(const RateLimiter::Verdict& verdict) {
    net::Response response =
        problem(429, fmt::format("more than {} requests of this kind in a minute; try again in {} s", verdict.limit,
                                 verdict.seconds));
    response.set("Retry-After", fmt::format("{}", std::max<std::uint64_t>(verdict.seconds, 1)));
    return response;
}

}  // namespace quarry::serve
