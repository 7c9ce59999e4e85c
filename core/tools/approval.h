#pragma once

namespace quarry::tools {

/// Whether a call that does not only read may run.
enum class Decision {
    allow,
    deny,
    pending,  ///< Nobody has decided yet: the request ends, the turn is kept, and the decision comes later.
};

}  // namespace quarry::tools
