//! Certificates that are made at the start, and are worth nothing to anybody else.

use super::options::{Fault, Options};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// An authority of our own, and what it vouches for.
pub(crate) struct Certificates {
    authority: CertificateDer<'static>,
    server: CertificateDer<'static>,
    server_key: PrivateKeyDer<'static>,
}

impl Certificates {
    /// Makes all certificates, and writes those that the options name files for.
    pub(crate) fn make(options: &Options) -> Result<Certificates, Box<dyn Error>> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params
            .distinguished_name
            .push(DnType::CommonName, "Authority of the orders service");
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        if let Some(file) = &options.certificate {
            fs::write(file, authority.pem())?;
        }
        if let Some(folder) = &options.client_certificates {
            write_client(&authority, folder)?;
        }

        let names: &[&str] = if options.has(Fault::WrongCertificate) {
            &["elsewhere.example"]
        } else {
            &["127.0.0.1", "::1", "localhost"]
        };
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        if options.has(Fault::ExpiredCertificate) {
            params.not_before = date_time_ymd(2019, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let key = KeyPair::generate()?;
        let server = params.signed_by(&key, &authority)?;
        Ok(Certificates {
            authority: authority.der().clone(),
            server: server.der().clone(),
            server_key: key.into(),
        })
    }

    /// How TLS is to be served.
    pub(crate) fn server_configuration(self, options: &Options) -> Result<ServerConfig, Box<dyn Error>> {
        let cryptography = Arc::new(ring::default_provider());
        let builder =
            ServerConfig::builder_with_provider(cryptography.clone()).with_safe_default_protocol_versions()?;
        let builder = if options.client_certificates.is_some() {
            let mut roots = RootCertStore::empty();
            roots.add(self.authority)?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), cryptography).build()?;
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let mut configuration = builder.with_single_cert(vec![self.server], self.server_key)?;
        configuration.alpn_protocols = vec![b"h2".to_vec()];
        if !options.http2_only {
            configuration.alpn_protocols.push(b"http/1.1".to_vec());
        }
        Ok(configuration)
    }
}

fn write_client(authority: &CertifiedIssuer<'_, KeyPair>, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "A client of the orders service");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, authority)?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("client.pem"), certificate.pem())?;
    fs::write(folder.join("client.key"), key.serialize_pem())?;
    Ok(())
}
