#pragma once

#include "core/net/message.h"

namespace quarry::serve {

/// Gives a response to a request the form that its client takes: an entity tag, by which it is asked for again only
/// when it has changed (304), and gzip or brotli from 1 KiB on. Leaves alone streams, what was refused, and what says
/// that it must not be stored, which may be a secret. Takes time: not on the server's thread.
void negotiate(const net::Request& request, net::Response& response);

}  // namespace quarry::serve
