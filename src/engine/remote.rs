//! Depots behind an address: stores that speak S3, and servers that know GET, HEAD and PUT (and MKCOL where folders are made first).
//!
//! The crate `object_store` speaks; which addresses it takes stands in [`open`]. Nothing here looks at what comes: that is done
//! where it is believed.

use super::depot::Depot;
use crate::problem::Problem;
use object_store::aws::AmazonS3Builder;
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use std::future::Future;
use std::io;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// A store with what drives it, on the thread that asks.
struct Remote {
    store: Box<dyn ObjectStore>,
    below: Path,
    runtime: Runtime,
}

/// The depot at `https://HOST/PATH`, `http://HOST/PATH` or `s3://BUCKET/PREFIX`.
///
/// S3 takes its keys, region and endpoint from the variables of Amazon's own tools (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
/// `AWS_REGION`, `AWS_ENDPOINT`; `AWS_ALLOW_HTTP=true` for one without TLS).
///
/// # Errors
///
/// When the address cannot be used.
pub(super) fn open(place: &str) -> Result<Box<dyn Depot>, Problem> {
    let unusable = |why: &dyn std::fmt::Display| {
        let title = format!("the shared cache {place} cannot be used: {why}");
        Problem::error("engine::shared-cache", title)
            .help("name a folder, https://HOST/PATH, http://HOST/PATH or s3://BUCKET/PREFIX")
    };
    let (scheme, rest) = place.split_once("://").unwrap_or_default();
    let below = match scheme {
        "s3" => rest.split_once('/').map_or("", |(_, below)| below),
        _ => "",
    };
    let store: Box<dyn ObjectStore> = match scheme {
        "s3" => {
            let bucket = rest.split('/').next().unwrap_or_default();
            let built = AmazonS3Builder::from_env().with_bucket_name(bucket);
            Box::new(
                built
                    .with_retry(retries())
                    .build()
                    .map_err(|e| unusable(&e))?,
            )
        }
        "http" | "https" => {
            let options = ClientOptions::new()
                .with_allow_http(true)
                .with_connect_timeout(Duration::from_secs(5));
            let built = HttpBuilder::new().with_url(place).with_retry(retries());
            let built = built.with_client_options(options).build();
            Box::new(built.map_err(|e| unusable(&e))?)
        }
        _ => return Err(unusable(&"nothing is known of such addresses")),
    };
    let runtime = Builder::new_current_thread().enable_all().build();
    Ok(Box::new(Remote {
        store,
        below: Path::parse(below).map_err(|e| unusable(&e))?,
        runtime: runtime.map_err(|e| unusable(&e))?,
    }))
}

/// A run is not to stand still for a server that is away.
fn retries() -> RetryConfig {
    RetryConfig {
        max_retries: 2,
        retry_timeout: Duration::from_secs(10),
        ..RetryConfig::default()
    }
}

impl Remote {
    fn path(&self, name: &str) -> Path {
        let name = Path::from(name);
        self.below.parts().chain(name.parts()).collect()
    }

    /// What the store answered; nothing where it has nothing.
    fn ask<T>(
        &self,
        answer: impl Future<Output = object_store::Result<T>>,
    ) -> io::Result<Option<T>> {
        match self.runtime.block_on(answer) {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

impl Depot for Remote {
    fn get(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.path(name);
        let bytes = self.ask(async { self.store.get(&path).await?.bytes().await })?;
        Ok(bytes.map(Into::into))
    }

    fn length(&self, name: &str) -> io::Result<Option<u64>> {
        let path = self.path(name);
        let found = self.ask(async { self.store.head(&path).await })?;
        Ok(found.map(|meta| meta.size))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        let put = self.ask(async { self.store.put(&path, bytes.to_vec().into()).await })?;
        put.map(|_| ())
            .ok_or_else(|| io::Error::other("the server has no such place"))
    }
}
