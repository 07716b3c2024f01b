//! The report: context, numbers with addresses, filters, built-in templates.
